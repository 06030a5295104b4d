"""What happens: accept, analyse, report, deliver, and who may see it."""

import os

__version__ = "0.1.0"

# Read when torch is loaded: threads that wait for work sleep, instead of burning what listener and database need.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
