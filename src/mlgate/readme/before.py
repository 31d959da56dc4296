"""The READMEs as they were at the baseline, read when something asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from mlgate.context import Context
from mlgate.errors import MlgateError
from mlgate.readme.page import Page, read_page
from mlgate.readme.side import Side, baseline_side


class Before:
    """The baseline's side of the comparison."""

    def __init__(self, context: Context, commit: str, pages: Sequence[Page]) -> None:
        """Keep what to compare with which pages."""
        self.commit = commit
        self.side: Side = baseline_side(context, commit)
        self._context = context
        self._pages = pages

    @cached_property
    def _older(self) -> Mapping[str, str]:
        """Return the old names of what was renamed by the new ones."""
        shown = self._context.shown
        return {shown(change.path): shown(change.old) for change in self._context.changes if change.old}

    @cached_property
    def pages(self) -> Mapping[str, Page]:
        """Return the pages of the baseline by the path that each has now; those that cannot be read are left out."""
        found = {}
        for page in self._pages:
            try:
                data = self.side.read(page.path)
                path = page.path if data is not None else self._older.get(page.path, page.path)
                data = self.side.read(path) if data is None else data
                if data is not None:
                    is_same = (path, data) == (page.path, page.data)
                    found[page.path] = page if is_same else read_page(path, data)
            except MlgateError:
                continue
        return found


def find_before(context: Context, pages: Sequence[Page]) -> Before | None:
    """Return the baseline's side, or None where there is none or a commit is compared with itself."""
    baseline = context.baseline
    if baseline is None or (baseline.is_head and not (context.head and context.head.dirty)):
        return None
    return Before(context, baseline.revision.commit, pages)
