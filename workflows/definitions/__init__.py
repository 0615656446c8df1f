"""The definitions that ship: data files only."""
