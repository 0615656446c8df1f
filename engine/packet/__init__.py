"""The exported rationale of one case: one view model per variant, and the renderers that make it a page."""
