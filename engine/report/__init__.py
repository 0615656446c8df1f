"""Statistics and queries over what is on record; never writes."""
