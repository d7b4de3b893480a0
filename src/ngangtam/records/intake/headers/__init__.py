"""Finds the header of a table and what each column means."""
