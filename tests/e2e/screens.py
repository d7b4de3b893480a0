"""The two screens that every page is looked at on."""

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
