"""Which version of Rung this is."""

VERSION = "0.1.0"
