"""How much a metric moves without any fault, and what that makes of a change."""
