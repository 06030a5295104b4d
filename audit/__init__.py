"""What was done, by whom, and the proof that the log is whole."""
