"""What one run may cost the forge: how many requests, and how many seconds of waiting."""

from __future__ import annotations

from mlgate.errors import MlgateError

CALLS = 12
CALLS_WITH_LISTING = 16
SECONDS = 60.0


class SpentError(MlgateError):
    """The allowance of this run is used up."""


class Allowance:
    """Counts requests and seconds; `CALLS` without the pages of listings, `CALLS_WITH_LISTING` with them."""

    def __init__(self) -> None:
        """Begin with nothing spent."""
        self.calls = 0
        self.pages = 0
        self.waited = 0.0

    def call(self, *, page: bool = False) -> None:
        """Count a request, or raise `SpentError` where it would be one too many; `page` for a page of a listing."""
        if self.calls >= CALLS_WITH_LISTING or not (page or self.has(1)):
            raise SpentError(f"mlgate stopped after {self.calls} requests, to leave the rate limit to others")
        self.calls += 1
        self.pages += page

    def has(self, calls: int) -> bool:
        """Return whether so many more requests are allowed."""
        return self.calls + calls <= CALLS_WITH_LISTING and self.calls - self.pages + calls <= CALLS

    def wait(self, seconds: float, why: str) -> float:
        """Count seconds of waiting and return them, or raise `SpentError` where they would be too many."""
        if self.waited + seconds > SECONDS:
            raise SpentError(f"{why}; waiting {seconds:,.0f} s more would be longer than the {SECONDS:.0f} s allowed")
        self.waited += seconds
        return seconds
