"""What happens: accept, analyse, report, deliver, and who may see it."""

__version__ = "0.1.0"
