"""`mlgate demo`: a small real project, pull requests to it, and what the gate says of each."""
