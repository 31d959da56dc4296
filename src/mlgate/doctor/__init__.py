"""What is missing in a repository and on a machine, practice by practice."""
