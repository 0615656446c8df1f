"""One person's review for one move: commands, events, decide and apply."""
