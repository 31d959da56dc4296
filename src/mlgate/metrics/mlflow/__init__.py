"""MLflow: the runs that its server knows, asked in a child process."""
