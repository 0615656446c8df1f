"""Natural persons, their aliases, reporting lines over time and roles."""
