"""HTTP in, query or action called, page out."""
