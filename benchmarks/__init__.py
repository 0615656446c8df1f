"""How fast: each figure with the peer or limit measured in the same run; timings live here and never in a test."""
