"""Running stages again, apart from the user's work tree, to see whether they come out the same."""
