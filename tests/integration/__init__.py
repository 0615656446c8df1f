"""Several rooms over a real database."""
