"""The chapters of the report, one module each; each reads as the outline of its chapter."""
