"""Calibration: a dated meeting over several cases, sealed scores and votes, quorum and recusal."""
