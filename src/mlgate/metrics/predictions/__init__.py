"""Predictions for each example: read, matched, and compared by every metric that they give."""
