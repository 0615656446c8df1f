"""The rounds that ship: data files only."""
