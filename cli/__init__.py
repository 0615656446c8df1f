"""The terminal: parse, call the engine, print."""
