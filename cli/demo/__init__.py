"""A company that Rung makes up, and one review cycle on it, walked through the same door as any command."""
