"""A living README: what it claims, where it claims it, and whether that is still so."""
