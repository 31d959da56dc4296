"""What stages take, and what they took at the baseline."""
