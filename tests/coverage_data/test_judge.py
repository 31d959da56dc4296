"""How coverage is written: never rounded up, and told apart from what it is compared with."""

from __future__ import annotations

import pytest

from mlgate.coverage_data.judge import apart, percent


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        pytest.param(1.0, "100.0", id="all"),
        pytest.param(0.9999, "99.9", id="all but one line"),
        pytest.param(0.0, "0.0", id="none"),
        pytest.param(0.7 + 0.1 + 0.1, "90.0", id="a float a hair below"),
    ],
)
def test_percent(share, shown):
    assert percent(share) == shown


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        pytest.param(0.75, 0.8, ("75.0", "80.0"), id="far apart"),
        pytest.param(0.79996, 0.79998, ("79.996", "79.998"), id="close"),
        pytest.param(0.8, 0.8, ("80.0000", "80.0000"), id="equal"),
    ],
)
def test_apart(one, other, shown):
    assert apart(one, other) == shown
