"""Takes the id of a built-in check."""

from mlgate.check import Check
from mlgate.report import Outcome

CHECK = Check(id="lint", title="Lint", question="?", run=lambda context, config: Outcome.of([], summary="fine"))
