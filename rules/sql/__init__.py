"""Compiles the criteria of a move to one SQL statement, one row per person, for whoever screens many people."""
