"""What "ready" means: values in, findings out; no clock, file, database or network."""
