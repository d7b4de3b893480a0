"""Components: typed functions that return safe HTML. `templatetags/ui.py` makes them tags."""
