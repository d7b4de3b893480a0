"""Turns one raw cell into a value with a verdict and a reason."""
