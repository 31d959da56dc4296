"""The `mlflow:` part of the metrics section: where runs are tracked, and which of them is the baseline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from mlgate.config import Section
from mlgate.text import code

if TYPE_CHECKING:
    from mlgate.metrics.mlflow.messages import Wish

COMMIT = "commit"
_MODEL = r"models:/(?P<name>[^/@]+)(?:@(?P<alias>[^/@]+)|/(?P<version>[0-9]+))"
_RUN = r"runs:/(?P<run>[\w-]+)"


class MlflowConfig(Section, frozen=True):
    """The `metrics.mlflow:` section of the config."""

    tracking_uri: Annotated[
        str | None,
        Meta(
            description="The tracking server, where MLFLOW_TRACKING_URI is not set; taken from the baseline's config "
            "only."
        ),
    ] = None
    experiment: Annotated[str | None, Meta(description="The experiment that holds the runs; default: all of them.")] = (
        None
    )
    baseline: Annotated[
        str,
        Meta(
            description="What to compare with: `models:/name@alias`, `models:/name/3`, `runs:/ID`, or `commit`, the "
            "run of the baseline's commit."
        ),
    ] = COMMIT
    on_unavailable: Annotated[
        Literal["warn", "fail"],
        Meta(description="What it means when the server does not answer, or has no such run."),
    ] = "warn"

    def __post_init__(self) -> None:
        """Refuse a baseline that names nothing."""
        if self.baseline != COMMIT and not (re.fullmatch(_MODEL, self.baseline) or re.fullmatch(_RUN, self.baseline)):
            raise ValueError(
                f"{code(self.baseline)} is no baseline; write {code('models:/name@alias')}, "
                f"{code('models:/name/3')}, {code('runs:/ID')} or {code(COMMIT)}"
            )

    def wish(self, commits: tuple[str, ...]) -> Wish | None:
        """Return the run that the baseline stands for; `commits` are those of the baseline, the likeliest first."""
        from mlgate.metrics.mlflow.messages import OfCommits, OfModel, OfRun

        model = re.fullmatch(_MODEL, self.baseline)
        if model:
            return OfModel(name=model["name"], alias=model["alias"], version=model["version"])
        run = re.fullmatch(_RUN, self.baseline)
        if run:
            return OfRun(run=run["run"])
        return OfCommits(commits=commits) if commits else None
