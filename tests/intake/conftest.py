from made_rosters import document, packed, read, sheet, text_file

__all__ = ["document", "packed", "read", "sheet", "text_file"]
