"""How a case may move: a definition and a view of the case in, the allowed moves out."""
