"""The remote: whether it may be asked, and whether it has the data."""
