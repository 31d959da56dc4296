"""Names something that is no check."""

CHECK = "check"
