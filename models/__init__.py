"""What the image says, and why."""
