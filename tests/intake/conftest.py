from paged_rosters import checked, work

from made_rosters import document, packed, read, sheet, text_file

__all__ = ["checked", "document", "packed", "read", "sheet", "text_file", "work"]
