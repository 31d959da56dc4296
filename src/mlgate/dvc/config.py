"""Reads what counts here of DVC's own config: `.dvc/config`, and `.dvc/config.local` over it."""

from __future__ import annotations

from collections.abc import Mapping

from mlgate.files import Files

FOLDER = ".dvc"
NAMES = ("config", "config.local")


def parse_config(text: str) -> Mapping[str, Mapping[str, str]]:
    """Return the options of a config in INI form, by section."""
    found: dict[str, dict[str, str]] = {}
    section = found.setdefault("", {})
    for line in map(str.strip, text.splitlines()):
        if not line or line[0] in "#;":
            continue
        heading = line[1:-1]
        if heading and line == f"[{heading}]" and "]" not in heading:
            section = found.setdefault(heading.strip("'"), {})
        elif "=" in line:
            key, _, value = line.partition("=")
            section[key.strip()] = value.strip().strip("\"'")
    return found


def parsing_options(files: Files) -> Mapping[str, str]:
    """Return the `parsing` section: how templates write lists and flags into a command."""
    found: dict[str, str] = {}
    for name in NAMES:
        data = files.read(f"{FOLDER}/{name}")
        if data and b"parsing" in data:
            found.update(parse_config(data.decode("utf-8", "replace")).get("parsing", {}))
    return found
