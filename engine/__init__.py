"""What happened: facts, cases, sessions and the record, joined by bootstrap."""
