"""Keeps the record trustworthy outside the database: checkpoints, keys, proofs, copies, erasure and retention."""
