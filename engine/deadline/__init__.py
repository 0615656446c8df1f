"""Deadlines: what is due, who is reminded, who hears when it passes; never what is decided."""
