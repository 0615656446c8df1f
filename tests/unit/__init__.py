"""One room at a time, on values made by hand or by Hypothesis."""
