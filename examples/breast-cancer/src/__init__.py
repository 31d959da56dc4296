"""The pipeline: prepare, train, evaluate."""
