"""DVC's files read without DVC and without data: pipelines, locks, parameters, hashes, and where the cache lies."""
