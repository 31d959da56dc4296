"""`mlgate demo`: a small real project, six pull requests to it, and what the gate says of each."""
