"""What a pull request changes in the gate itself: whose rules count, and which findings are accepted for a while."""
