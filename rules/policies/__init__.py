"""The policies that ship: data files only."""
