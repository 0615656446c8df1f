"""What people grow by all year: scoring cycles, gap reports, development plans, tracks, interim roles, the org view."""
