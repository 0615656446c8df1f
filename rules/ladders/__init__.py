"""The ladders that ship: data files only."""
