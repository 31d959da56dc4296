"""Runs a project's pytest with the project's own interpreter, and reads how it ended."""
