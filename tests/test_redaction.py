"""What is hidden of an environment in foreign text, and what is left alone."""

from __future__ import annotations

import pytest

from mlgate.redaction import Redaction


@pytest.mark.parametrize(
    "env",
    [
        pytest.param({}, id="nothing set"),
        pytest.param({"HOME": "/home/ana-maria"}, id="no secret by its name"),
        pytest.param({"SECRET_MODE": "home"}, id="too short to be one"),
        pytest.param({"TOKENIZERS_PARALLELISM": "false"}, id="a setting with token in its name"),
        pytest.param({"API_KEY": ""}, id="empty"),
    ],
)
def test_hide__quiet(env):
    text = "assert '/home/ana-maria' is false"
    assert Redaction(env).hide(text) == text


@pytest.mark.parametrize(
    "name",
    ["DB_PASSWORD", "HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "azure_storage_account_key", "API_KEY"],
)
def test_hide__value_of_a_secret(name):
    assert Redaction({name: "hunter2-hunter2"}).hide("got 'hunter2-hunter2'!") == "got '***'!"


def test_hide__every_line_of_a_long_secret_and_the_longer_value_first():
    env = {"KEY_TOKEN": "first-line\nsecond-line", "OTHER_TOKEN": "first-line-and-more"}
    assert Redaction(env).hide("first-line-and-more, second-line, first-line") == "***, ***, ***"
