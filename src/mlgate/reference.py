"""The second baseline: the last release, or a pinned revision."""

from __future__ import annotations

from typing import NamedTuple

from mlgate.context import Context
from mlgate.errors import GitError
from mlgate.git_records import Commit
from mlgate.report import Baseline, Finding, Severity
from mlgate.text import amount, code

LATEST_TAG = "latest-tag"
_RELEASES = (
    "v[0-9]*", "[0-9]*.[0-9]*", "*[@/_-]v[0-9]*", "*[@/_-][0-9]*.[0-9]*", "release[-_/][0-9]*", "rel[-_/][0-9]*",
)  # fmt: skip
_NO_RELEASES = (
    "*[0-9]rc[0-9]*", "*[-._]rc*", "*[0-9]a[0-9]*", "*[-._]alpha*", "*[0-9]b[0-9]*", "*[-._]beta*", "*[-._]dev*",
    "*[-._]pre*", "*[-._]nightly*",
)  # fmt: skip
_DEEPEN = "set `fetch-depth: 0` in the checkout step"


class Reference(NamedTuple):
    """The second baseline: a context that compares with it, and how people name it; or a finding that says why none."""

    context: Context | None = None
    name: str = ""
    commits: int | None = None
    finding: Finding | None = None

    @property
    def title(self) -> str:
        """Return how the report names it: `v1.2` (34 commits ago)."""
        ago = "" if self.commits is None else f" ({amount(self.commits, 'commit')} ago)"
        return code(self.name) + ago


def find_reference(context: Context, check: str) -> Reference | None:
    """Return the second baseline that the config asks for, or None where it asks for none.

    `check` is the one that wants it, to name its finding.
    """
    wanted = context.config.baseline.reference
    if wanted is None or context.head is None:
        return None
    if wanted == LATEST_TAG:
        return _latest_tag(context, check)
    found = None if wanted.startswith("-") else context.git.named_commit(wanted)
    if found is None and not wanted.startswith("-"):
        found = context.git.named_commit(f"origin/{wanted}")
    if found is None:
        return Reference(finding=_none(context, check, f"the reference {code(wanted)} is no commit of this repository"))
    return _of_commit(context, wanted, found)


def _latest_tag(context: Context, check: str) -> Reference:
    head = context.git.commit("HEAD")
    tip = context.baseline.revision.commit if context.baseline else None
    if head is not None and (tip is None or tip == head.id):
        # A release that is being made is compared with the one before it.
        tip = head.parents[0] if head.parents else None
    found = context.git.nearest_tag(tip, _RELEASES, _NO_RELEASES) if tip else None
    commit = context.git.commit(found[2]) if found else None
    if found is None or commit is None:
        said = "there is no release tag before this, so there is no second baseline"
        return Reference(finding=_none(context, check, said))
    return _of_commit(context, found[0], commit)


def _of_commit(context: Context, name: str, commit: Commit) -> Reference:
    if context.baseline is not None and context.baseline.revision.commit == commit.id:
        return Reference()
    baseline = Baseline(revision=commit.revision(name), reason=f"{code(name)}, the second baseline")
    second = Context(
        project=context.project,
        git=context.git,
        head=context.head,
        baseline=baseline,
        config=context.config,
        env=context.env,
        children=context.children,
        progress=context.progress,
        ruling=context.ruling,
    )
    try:
        commits = context.git.count(commit.id, "HEAD")
    except GitError:
        commits = None
    return Reference(second, name, commits)


def _none(context: Context, check: str, message: str) -> Finding:
    is_shallow = context.git.shallow
    hint = f"the clone is shallow: {_DEEPEN}" if is_shallow else "see `git tag`, and `baseline: {reference: ...}`"
    return Finding(
        rule=f"{check}/no-reference",
        severity=Severity.INFO if context.config.baseline.reference == LATEST_TAG else Severity.WARNING,
        message=message,
        location=context.config_location("baseline", "reference"),
        hint=hint,
        subject="reference",
    )
