"""Reads for the screens of the room; every one starts from the viewer."""
