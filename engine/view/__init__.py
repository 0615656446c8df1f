"""What a reader is shown of a case, a session, a queue and the record, as JSON, on the terminal and the web alike."""
