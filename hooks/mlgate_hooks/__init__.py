"""The pre-commit hooks of mlgate, one module a hook."""
