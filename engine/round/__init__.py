"""Promotion rounds: planned from one definition, opened, closed; nominations are bound to them."""
