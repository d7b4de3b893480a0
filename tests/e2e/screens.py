"""The two screens that every page is looked at on, and who looks for those who do not see."""

from pathlib import Path

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
