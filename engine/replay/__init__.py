"""Re-derives states, readiness and votes from the record and reports the first difference."""
