"""What the tests of integrity share: frames written as datasets of a real repository, and the data check asked."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from asking import ask
from datasets import Check, Frames
from mlgate.checks.data import CHECK
from mlgate.report import Outcome
from repositories import Repository


@pytest.fixture
def check(repo: Repository) -> Check:
    """Writes each frame as `data/NAME.csv`, commits those of `before` first, and asks the data check of the others.

    `datasets` holds more keys of a dataset by its name; `integrity` is that part of the config.
    """

    def run(
        now: Frames,
        before: Frames | None = None,
        *,
        datasets: Mapping[str, str] = {},
        integrity: str = "{}",
        examples: int = 5,
    ) -> Outcome:
        lines = [f"  {name}: {{path: data/{name}.csv{datasets.get(name, '')}}}" for name in now]
        config = "datasets:\n" + "\n".join(lines) + f"\ndata: {{examples: {examples}, integrity: {integrity}}}\n"
        repo.commit({"mlgate.yaml": config, **_written(before or {})})
        repo.commit({"README.md": "", **_written(now)})
        return ask(CHECK, repo, base="HEAD~1" if before else None)

    return run


def _written(frames: Frames) -> dict[str, str]:
    return {f"data/{name}.csv": frame.to_csv(index=False) for name, frame in frames.items()}
