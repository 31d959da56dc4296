"""The `policy:` section of the config."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from mlgate.config import Section


class PolicyConfig(Section, frozen=True):
    """The `policy:` section of the config. On a pull request the baseline's is read."""

    loosened: Annotated[
        Literal["warn", "fail"],
        Meta(description="What it means when the gate is loosened; that does not count before it is merged."),
    ] = "warn"
    removed: Annotated[
        Literal["warn", "fail"],
        Meta(
            description="What it means when a metric or dataset is given up: `fail` goes on judging it until that is "
            "merged, `warn` lets it go at once."
        ),
    ] = "fail"
    workflows: Annotated[
        Literal["warn", "fail"],
        Meta(description="What it means when a workflow or hook that runs mlgate is changed."),
    ] = "warn"
    follow: Annotated[
        tuple[str, ...],
        Meta(description="Keys whose changes count at once, by name or glob, such as `tests.args`."),
    ] = ()

    def __post_init__(self) -> None:
        """Refuse a key that is none, and rules that are asked on both sides."""
        if self.follow:
            from mlgate.policy.table import refusal

            said = [words for words in map(refusal, self.follow) if words]
            if said:
                raise ValueError("; ".join(said))
