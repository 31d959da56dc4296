"""The hooks that fit a repository, spliced into its `.pre-commit-config.yaml` without losing a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mlgate import __version__, documents
from mlgate.documents import Document, DocumentError
from mlgate.scaffold.config_text import scalar
from mlgate.scaffold.contracts import match_contracts
from mlgate.scaffold.found import Found

FILE = ".pre-commit-config.yaml"
REPOSITORY = "https://github.com/mlgate/mlgate"
_TYPES = "default_install_hook_types"
_TYPES_LINE = f"{_TYPES}: [pre-commit, pre-push]"

_FITS: Mapping[str, Callable[[Found], bool]] = {
    "mlgate-metric-files": lambda found: bool(found.metrics or found.pipelines.metrics),
    "mlgate-dvc-lock": lambda found: found.has_pipeline,
    "mlgate-readme": lambda found: bool(found.pages) or not found.has_readme,
    "mlgate-readme-references": lambda found: bool(found.pages) or not found.has_readme,
    "mlgate-absolute-paths": lambda _: True,
    "mlgate-data-in-git": lambda _: True,
    "mlgate-notebooks": lambda found: found.has_notebooks,
    "mlgate-plain-secrets": lambda _: True,
    "mlgate-empty-contracts": lambda found: bool(found.contracts),
    "mlgate-remote-pickles": lambda found: found.has_python,
    "mlgate-contracts": lambda found: bool(match_contracts(found.datasets, found.contracts)),
    "mlgate-gate": lambda _: True,
}
_OF_PROJECT = ("mlgate-dvc-lock", "mlgate-readme", "mlgate-readme-references", "mlgate-contracts", "mlgate-gate")
KNOWN = tuple(_FITS)


def hook_lines(found: Found, project: str) -> list[str]:
    """Return the entry of mlgate as lines of a list that stands at the left margin."""
    lines = [f"- repo: {REPOSITORY}", f"  rev: v{__version__}", "  hooks:"]
    for hook, fits in _FITS.items():
        if fits(found):
            words = ["--fix"] if hook == "mlgate-notebooks" else []
            words += ["--project", scalar(project)] if project and hook in _OF_PROJECT else []
            lines.append(f"    - id: {hook}")
            lines += [f"      args: [{', '.join(words)}]"] if words else []
    return lines


def new_file(lines: list[str]) -> str:
    """Return a config of pre-commit that holds these hooks alone."""
    inner = "\n".join(f"  {line}" for line in lines)
    return f"# Before the first commit: pip install pre-commit && pre-commit install\n{_TYPES_LINE}\nrepos:\n{inner}\n"


def has_mlgate(text: str) -> bool:
    """Return whether a config of pre-commit has hooks of mlgate already, wherever they come from."""
    return any(
        str(hook.get("id", "")).startswith("mlgate-")
        for repo in _items(_value(text), "repos")
        for hook in _items(repo, "hooks")
    )


def spliced(text: str, lines: list[str]) -> str | None:
    """Return a config with one more entry at the end of `repos`, all else as it was, or None where that is not safe."""
    try:
        document = documents.parse_yaml(text)
    except DocumentError:
        return None
    repos = document.value.get("repos") if isinstance(document.value, dict) else None
    first = document.positions.get(("repos", 0))
    place = document.positions.get(("repos",))
    if not isinstance(repos, list) or not repos or first is None or place is None or first.line <= place.line:
        return None
    newline = "\r\n" if "\r\n" in text else "\n"
    rows = text.replace("\r\n", "\n").split("\n")
    dash = rows[first.line - 1].find("-")
    if dash < 0 or rows[first.line - 1][:dash].strip():
        return None
    end = _end_of_repos(document, rows, place.line)
    rows[end:end] = [" " * dash + line for line in lines]
    if _TYPES not in document.value:
        rows.insert(place.line - 1, _TYPES_LINE)
    made = newline.join(rows)
    made = made if made.endswith(newline) else made + newline
    return made if _holds(document.value, made, lines) else None


def _end_of_repos(document: Document, rows: list[str], start: int) -> int:
    """Return the index behind the last line of the list: before the next key, and the comment that belongs to it."""
    after = [position.line for path, position in document.positions.items() if len(path) == 1 and position.line > start]
    end = min(after) - 1 if after else len(rows)
    while end > start and (not rows[end - 1].strip() or rows[end - 1].startswith("#")):
        end -= 1
    return end


def _holds(before: Mapping[str, Any], made: str, lines: list[str]) -> bool:
    """Return whether a config that was spliced says what it said before, and the new entry."""
    value = _value(made)
    added = _value("\n".join(lines))
    wanted = {**before, "repos": [*before["repos"], *added]}
    wanted.setdefault(_TYPES, ["pre-commit", "pre-push"])
    return bool(value == wanted)


def _value(text: str) -> Any:
    try:
        return documents.parse_yaml(text).value
    except DocumentError:
        return None


def _items(value: Any, key: str) -> list[dict[str, Any]]:
    found = value.get(key) if isinstance(value, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
