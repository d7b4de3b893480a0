"""Provinces, districts and communes: bringing them in, and finding them in written addresses."""
