"""Measures the coverage of a test run, and compares it with what the project asks for and has recorded."""
