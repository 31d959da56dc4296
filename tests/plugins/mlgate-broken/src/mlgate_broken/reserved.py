"""Takes the name of a section of the config that is no check's."""

from mlgate.check import Check
from mlgate.report import Outcome

CHECK = Check(id="report", title="Report", question="?", run=lambda context, config: Outcome.of([], summary="fine"))
