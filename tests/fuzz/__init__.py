"""Mutated data sets and PDUs, seeded and reproducible: see ``python -m tests.fuzz --help``."""
