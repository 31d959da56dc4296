"""The metrics gate: files are read, flattened and paired, each metric gets its rule, and a verdict follows."""
