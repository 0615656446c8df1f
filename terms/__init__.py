"""The words every room is written in: source positions, canonical bytes, quantity, calendar, errors."""
