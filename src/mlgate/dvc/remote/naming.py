"""The name of DVC's default remote and its address, as people may see them."""

from __future__ import annotations

import re

from mlgate.context import Context
from mlgate.dvc.cache import find_dvc
from mlgate.dvc.config import NAMES, parse_config
from mlgate.text import code

_USER = re.compile(r"://[^/\s@]+@")


def default_remote(context: Context) -> str | None:
    """Return the default remote of the committed config in words, without credentials; None where there is none."""
    folder = find_dvc(context.project, context.root)
    place = folder / NAMES[0] if folder else None
    if place is None or not place.is_file():
        return None
    options = parse_config(place.read_text(encoding="utf-8", errors="replace"))
    name = options.get("core", {}).get("remote")
    if not name:
        return None
    url = options.get(f'remote "{name}"', {}).get("url", "").partition("?")[0]
    return f"{code(name)} ({code(_USER.sub('://', url))})" if url else code(name)
