"""What the secrets hook says beyond its example files: where, of which setting, and never the secret itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlgate_hooks import plain_secrets
from mlgate_hooks.secret_detectors import detect
from mlgate_hooks.secret_keys import is_secret_key, is_secret_value
from mlgate_hooks.secret_shapes import may_hold_secret

SECRET = "9fK2mQ8vL4tR7xJ1"
SHAPES = [
    "aws: {key: wJalrXUtnFEMIaK7MDENGbPxRfiCYzzzzzKEY77b}",
    "id = AKIAIOSFODNN7EXAMPLE",
    "github: 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",
    "npm: //registry.example.org/:_authToken=123e4567-e89b-12d3-a456-426614174000",
    "mail: 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",
    "slack: xoxb-34532454-e039d02840a0b9379c",
    "url: postgres://ana:c0rrect-horse@db/churn",
    "stripe: rk_live_5TcWfjKmJgpql9hjpRnwRXbT",
    "jwt: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.3thE1D4DYUXlNKgsVWxqFgvyKfDSJqYBxQzAxpHcVZM",
    f"password: {SECRET}",
    f'"client_secret": "{SECRET}",',
    f"export API_KEY={SECRET}",
    f"{{user: ana, access_token: {SECRET}}}",
]

QUIET_KEYS = [
    "key", "primary_key", "keypoints", "tokenizer", "max_tokens", "pad_token", "eos_token_id", "num_tokens",
    "token_type", "tokens_per_batch", "passes", "bandpass", "encompass", "api_key_env", "password_file",
    "secret_name", "secretName", "token_url", "secret_arn", "passwordFile", "hash_key", "keyboard_layout",
    "new_tokens", "token_embedding",
]  # fmt: skip

SECRET_KEYS = [
    "password", "db_password", "DB_PASS", "passwd", "pwd", "secret", "client_secret", "SECRET_KEY", "token",
    "access_token", "hub.token", "apiKey", "api_key", "API-KEY", "auth_key", "aws_secret_access_key",
    "wandb_api_key", "storage_account_key",
]  # fmt: skip

QUIET_VALUES = [
    "changeme", "your-token-here", "<token>", "${TOKEN}", "$TOKEN", "{{token}}", "%(token)s", "API_TOKEN",
    "os.environ", "null", "none", "xxxxxxxx", "********", "admin", "postgres", "minioadmin",
    "/run/secrets/token", "./token.txt", "conf/token.json", "vault:kv/token", "arn:aws:x", "1e-5", "4096",
    "32k", "bert-base-uncased-v2", "package.module.TokenClass", "get_token()", "*anchor", "!env",
]  # fmt: skip


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("line", [pytest.param(line, id=line.partition(":")[0]) for line in SHAPES])
def test_secret__is_never_printed(line: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "params.yaml").write_text(f"rate: 0.1\n{line}\n")
    assert plain_secrets.main(["params.yaml"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("params.yaml:2:")
    assert max(map(len, set(said.split()) & set(line.split()) | {""})) < 12
    assert SECRET not in said


@pytest.mark.parametrize("line", [pytest.param(line, id=line.partition(":")[0]) for line in SHAPES])
def test_may_hold_secret__lets_nothing_go_that_the_library_finds(line: str) -> None:
    assert detect("params.yaml", line)
    assert may_hold_secret(line)


def test_main__names_the_setting_and_its_place(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "config.toml").write_text(f'[store]\nsecret_key = "{SECRET}"\n')
    assert plain_secrets.main(["config.toml"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("config.toml:2:15: a value of secret_key, which looks like a secret, in plain text; take it")


def test_main__place_in_a_notebook(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cell = {"cell_type": "code", "source": ["a = 1\n", f'é = "é"; api_key = "{SECRET}"'], "outputs": []}
    (here / "a.ipynb").write_text(json.dumps({"cells": [cell]}, indent=1, ensure_ascii=True))
    assert plain_secrets.main(["a.ipynb"]) == 1
    assert capsys.readouterr().out.startswith("a.ipynb:7:")


def test_main__end_of_a_very_long_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    many = {f"rate_{index}": "0123456789" for index in range(5_000)}
    (here / "settings.json").write_text(json.dumps({**many, "api_key": SECRET}))
    assert plain_secrets.main(["settings.json"]) == 1
    place = (here / "settings.json").read_text().index(SECRET) + 1
    assert capsys.readouterr().out.startswith(f"settings.json:1:{place}: ")


def test_main__allowed_keys(here: Path) -> None:
    (here / "params.yaml").write_text(f"secret_sauce: {SECRET}\n")
    assert plain_secrets.main(["params.yaml"]) == 1
    assert plain_secrets.main(["--allow-key", "secret_sauce", "params.yaml"]) == 0


def test_main__a_comment_allows_its_own_line_alone(here: Path) -> None:
    (here / "params.yaml").write_text(f"password: {SECRET}  # pragma: allowlist secret\napi_key: {SECRET}\n")
    assert plain_secrets.main(["params.yaml"]) == 1
    (here / "params.yaml").write_text(f"# pragma: allowlist nextline secret\npassword: {SECRET}\napi_key: {SECRET}\n")
    assert plain_secrets.main(["params.yaml"]) == 1


def test_main__what_cannot_be_read(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "params.yaml").write_bytes(b"password: \xff\n")
    (here / "a.ipynb").write_text('{"cells": [')
    assert plain_secrets.main(["params.yaml", "a.ipynb", "gone.yaml"]) == 1
    said = capsys.readouterr().out
    assert "params.yaml:1:11: not UTF-8" in said
    assert "a.ipynb:1:12: not valid JSON" in said
    assert "gone.yaml: cannot be read" in said


@pytest.mark.parametrize("name", QUIET_KEYS)
def test_is_secret_key__no(name: str) -> None:
    assert not is_secret_key(name)


@pytest.mark.parametrize("name", SECRET_KEYS)
def test_is_secret_key__yes(name: str) -> None:
    assert is_secret_key(name)


@pytest.mark.parametrize("value", QUIET_VALUES)
@pytest.mark.parametrize("key", ["token", "password"])
def test_is_secret_value__no(key: str, value: str) -> None:
    assert not is_secret_value(key, value) or (key == "password" and value == "bert-base-uncased-v2")
