"""Files into facts in two times, and the view of them that the rules evaluate."""
