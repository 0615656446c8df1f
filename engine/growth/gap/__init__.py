"""Gap reports: what somebody still lacks for a level, per competency and category, and how that moved over cycles."""
