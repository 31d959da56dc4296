"""A fake GitHub, and a second one that stands for any other host."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from publish.fake_github import FakeGitHub


@pytest.fixture
def forge() -> Iterator[FakeGitHub]:
    """A GitHub with an empty pull request 7; what does not fit GitHub's description fails the test."""
    with FakeGitHub() as made:
        yield made
    assert made.violations == []


@pytest.fixture
def elsewhere() -> Iterator[FakeGitHub]:
    """Another host, to which no token may go."""
    with FakeGitHub() as made:
        yield made
    assert all("authorization" not in asked.headers for asked in made.asked)
