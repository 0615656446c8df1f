"""The command line and its pages as a person meets them."""
