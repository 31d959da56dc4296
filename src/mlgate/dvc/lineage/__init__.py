"""Which data, code, parameters and run made each model."""
