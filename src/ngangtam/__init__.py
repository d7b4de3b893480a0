"""Ngang Tầm: the personnel system of a Vietnamese public body."""

__version__ = "0.1.0"
