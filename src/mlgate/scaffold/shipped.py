"""The workflow templates that come with mlgate."""

from __future__ import annotations

from pathlib import Path

from mlgate.errors import MlgateError, UsageError
from mlgate.report import DOCS
from mlgate.text import code, codes, nearest


def templates() -> dict[str, Path]:
    """Return the templates by their name: those installed with mlgate, else those of its source tree."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_workflows", package.parents[1] / "workflows"):
        if folder.is_dir():
            return {path.stem: path for path in sorted(folder.glob("*.yml"))}
    raise MlgateError("the workflow templates are not installed with mlgate", hint=f"copy them from {DOCS}/github.md")


def template(name: str) -> str:
    """Return the text of one template; raises `UsageError` for one that there is not."""
    known = templates()
    if name not in known:
        close = nearest(name, tuple(known))
        hint = f"did you mean {code(close)}?" if close else f"known: {codes(tuple(known), 20)}"
        raise UsageError(f"there is no workflow {code(name)}", hint=hint)
    return known[name].read_text(encoding="utf-8")
