"""Samples that the tests share."""

import pandas as pd
import pytest

from src.prepare import load


@pytest.fixture(scope="session")
def samples() -> pd.DataFrame:
    """All 569 tumours."""
    return load()
