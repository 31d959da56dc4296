"""What `mlgate init` writes, made from what it finds in a repository."""
