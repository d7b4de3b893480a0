"""Pages of the room: own sheet, the unit's month, cycles, results, petitions, comparison."""

from django.urls import URLPattern

# Sheets and the unit's month.
_sheets: list[URLPattern] = []

# Cycles: opening, progress, closing, deciding classes.
_cycles: list[URLPattern] = []

# Results, petitions, comparison.
_results: list[URLPattern] = []

urlpatterns = [*_sheets, *_cycles, *_results]
