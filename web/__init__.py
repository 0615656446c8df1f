"""The HTTP face: parses requests, calls the engine, and answers in JSON."""
