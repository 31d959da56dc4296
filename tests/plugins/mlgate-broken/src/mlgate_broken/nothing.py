"""Has no `CHECK`."""
