"""The law as data: YAML files with citations. Nothing here is code."""
