"""What people read: Jinja2 templates only."""
