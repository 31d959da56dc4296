"""Intervals, tests and corrections: pure functions over arrays."""
