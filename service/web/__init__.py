"""The web client: its sources, how it is built, and where the built files lie."""

from pathlib import Path

SOURCES = Path(__file__).parent
DIST = SOURCES / "dist"
"""What `npm run build` writes and the API serves under ``/app/``."""
