"""Which DVC is asked: the project's own, else the one beside mlgate, and none that is a file of the repository."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from mlgate.context import Context
from mlgate.interpreter import find_tool, repository_file
from mlgate.text import code

INSTALL = "install it in the project's environment, or beside mlgate with `pip install 'mlgate[dvc]'`"
KEEP_OUT = "keep environments out of git, so that no pull request brings its own `dvc`"


class Program(NamedTuple):
    """DVC's program, or why there is none, in words and with what to do."""

    path: Path | None
    trouble: str = ""
    hint: str = ""


def find_dvc_program(context: Context) -> Program:
    """Return the DVC that may be asked: it decides what is reproduced, and it has the credentials of the remote."""
    program = find_tool("dvc", context.python, context.env)
    if program is None:
        return Program(None, "DVC is not installed", INSTALL)
    place = repository_file(program, context.root, context.git, whole=True)
    if place is not None:
        return Program(None, f"DVC is not asked, because {code(place)} of its environment is in git", KEEP_OUT)
    return Program(program)
