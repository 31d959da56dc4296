"""mlgate: the quality gate for pull requests of machine-learning repositories."""

__version__ = "0.1.0"
