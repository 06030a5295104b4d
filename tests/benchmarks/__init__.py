"""Measurements of what users wait for, against peers in the same run: ``./dev bench [group ...]``."""
