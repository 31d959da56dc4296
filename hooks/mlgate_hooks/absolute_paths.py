"""`mlgate-absolute-paths`: no path of one person's machine is written into code or config."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from mlgate.documents import DocumentError
from mlgate.text import code, printable
from mlgate_hooks.code_places import Region, regions
from mlgate_hooks.reading import check, read_text

# Accounts of images and runners, which are the same for everyone who uses them.
SHARED = frozenset({"app", "jovyan", "node", "runner", "vscode", "Default", "Public", "Shared"})

_REST = r"""[^\s"'`,;:)\]}>|]*"""
_PATH = re.compile(
    rf"""(?:(?<=file://)|(?<=:///)|(?<![\w.~/:}})$*\\-]))
           (?:(?:/mnt/[a-z])?/(?:home|Users)/(?P<posix>\w[\w.-]*)(?:/{_REST})?
             |/content/drive/(?:MyDrive|Shareddrives){_REST})
       |(?<![\w/\\])
           (?:[A-Za-z]:(?:\\\\?|/)[Uu]sers(?:\\\\?|/)(?P<windows>\w[\w.-]*)
             # One backslash may begin an escape, as in "Q:\nWhat".
             |[A-Z]:(?:\\\\|/(?!/)|\\(?![nrtabfvxuUN0-7]))\w[\w.-]+(?:\\\\?|/))
           {_REST}""",
    re.VERBOSE,
)
_SEPARATORS = re.compile(r"[\\/]+")


def main(argv: Sequence[str] | None = None) -> int:
    """Look at each file given and return 1 if one names a place that only one machine has."""
    parser = argparse.ArgumentParser(prog="mlgate-absolute-paths", description=__doc__)
    parser.add_argument("--allow", metavar="PREFIX", action="append", default=[], help="paths that may be written")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args(argv)
    return check(options.files, partial(problems_of, allowed=tuple(options.allow)))


def problems_of(name: str, allowed: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield each absolute path of a file as `file:line:column: what; what to write`."""
    text = read_text(name)
    if not _PATH.search(text):
        return
    try:
        places = regions(name, text)
    except DocumentError:
        # Code that cannot be parsed is for other tools to refuse; its paths are still there to be seen.
        places = regions("any.txt", text)
    seen: set[tuple[int, int]] = set()
    for region in places:
        for place, path in _paths(region):
            if place not in seen and not path.startswith(allowed or ("\0",)):
                seen.add(place)
                line, column = place
                yield f"{printable(name)}:{line}:{column}: absolute path {code(path)}; {remedy(path)}"


def remedy(path: str) -> str:
    """Return what to write instead: the part of the path that exists in this repository, where one does."""
    inside = _SEPARATORS.sub("/", path)
    root = Path.cwd().as_posix().rstrip("/") + "/"
    if inside.startswith(root) and inside != root:
        return f"write {code(inside.removeprefix(root))}, relative to the repository"
    parts = [part for part in inside.split("/") if part]
    for start in range(2, min(len(parts), 12)):
        tail = "/".join(parts[start:])
        if ".." not in parts[start:] and _exists(tail):
            return f"write {code(tail)}, relative to the repository"
    return "write a path relative to the repository, or take it from a parameter or an environment variable"


def _exists(tail: str) -> bool:
    try:
        return Path(tail).exists()
    except (OSError, ValueError):
        return False


def _paths(region: Region) -> Iterator[tuple[tuple[int, int], str]]:
    for found in _PATH.finditer(region.text, region.start, region.end):
        if (found["posix"] or found["windows"]) not in SHARED:
            yield (region.line, found.start() + 1 + region.shift), found[0].rstrip(".\\/")


if __name__ == "__main__":
    sys.exit(main())
