"""Scoring cycles: opened, asked for, scored under seal by rep and manager, reminded of, closed into facts."""
