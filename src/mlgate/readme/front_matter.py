"""Values of a model card's front matter that a YAML comment binds: `value: 0.912  # mlgate:value metrics.json#auc`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from mlgate.readme.markers import Marker, MarkerProblem, read_marker
from mlgate.readme.parse import Comment, Readme
from mlgate.text import code

_OURS = re.compile(r"(?:^|\s)#\s*/?\s*mlgate\s*:", re.IGNORECASE)
_BOUND = re.compile(r"(\s*(?:-\s+)*[\w.-]+:[ \t]+)([^\s#'\"\[\]{}&*!|>@`]+)[ \t]+#[ \t]*(mlgate:.*?)\s*\Z")
_EXAMPLE = "value: 0.912  # mlgate:value metrics.json#test.auc"


class FrontValue(Struct, frozen=True, kw_only=True):
    """A bound value of the front matter: its marker, what stands there, and its offsets in the text."""

    marker: Marker
    printed: str
    start: int
    end: int


def front_values(readme: Readme) -> Iterator[FrontValue | MarkerProblem]:
    """Yield the bound values of a page's front matter, and what is wrong with others."""
    if readme.front is None:
        return
    for line in range(readme.front[0], readme.front[1] + 1):
        content = readme.lines.content(line)
        if _OURS.search(content):
            yield _front_value(readme, line, content)


def _front_value(readme: Readme, line: int, content: str) -> FrontValue | MarkerProblem:
    bound = _BOUND.match(content)
    start = readme.lines.start(line)
    if bound is None:
        return MarkerProblem(
            line, "in front matter a plain number is bound, by a comment behind it", f"write {code(_EXAMPLE)}"
        )
    inside = Comment(inside=bound[3], start=start, end=start + len(content), line=line, last=line, is_alone=False)
    marker = read_marker(inside)
    if isinstance(marker, MarkerProblem):
        return marker
    if marker is None or marker.kind != "value":
        return MarkerProblem(line, f"only {code('mlgate:value')} binds in front matter", f"write {code(_EXAMPLE)}")
    return FrontValue(marker=marker, printed=bound[2], start=start + bound.start(2), end=start + bound.end(2))
