"""Interim roles: more than 30 days and under four months, agreed by the rep, ending in promotion or return."""
