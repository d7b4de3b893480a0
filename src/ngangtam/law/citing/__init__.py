"""Citations of the rulebook on pages: number, place, and a link to the text."""
