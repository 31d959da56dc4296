"""Keeps what a pull request's code wrote from being read as commands by the runner of GitHub Actions."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

from mlgate.event import on_actions
from mlgate.text import inert, plain, printable


def note(level: str, title: str, message: str, env: Mapping[str, str]) -> str:
    """Return a line of our own for the log; on a runner one with a level (`warning`) becomes an annotation."""
    shown = inert(printable(plain(message)))
    if not level or not on_actions(env):
        return f"mlgate: {shown}\n"
    escaped = shown.replace("%", "%25")
    return f"::{level} title={title.replace(':', '%3A')}::{escaped}\n"


@contextmanager
def no_workflow_commands(stream: TextIO, env: Mapping[str, str]) -> Iterator[None]:
    """On a runner, switch workflow commands off for what is printed meanwhile, by a token that cannot be guessed."""
    if not on_actions(env):
        yield
        return
    token = os.urandom(16).hex()
    stream.write(f"::stop-commands::{token}\n")
    stream.flush()
    try:
        yield
    finally:
        stream.write(f"\n::{token}::\n")
        stream.flush()
