"""All that is to be said of the READMEs at one side of the comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mlgate.readme.claims import Claim, judge
from mlgate.readme.dead_paths import dead_paths
from mlgate.readme.links import walk
from mlgate.readme.page import Page
from mlgate.readme.past import Past
from mlgate.readme.sections import find_sections, missing_sections, thin_sections
from mlgate.readme.side import Side
from mlgate.readme.watched import blind_watches, watched_marks
from mlgate.report import Finding, Location, Severity
from mlgate.text import amount

KINDS = ("section", "watched section", "dated section", "block", "value", "link", "path", "code block")


class Asked(Struct, frozen=True, kw_only=True):
    """What is asked of READMEs: required sections (heading by name), and today's date as `YYYY-MM-DD`, if known."""

    sections: Mapping[str, str] = {}
    today: str | None = None


class Survey(Struct, frozen=True, kw_only=True):
    """What was found, how many things of each kind were looked at, and how many findings an ignore took away."""

    findings: tuple[Finding, ...]
    counts: Mapping[str, int]
    ignored: int = 0

    @property
    def examined(self) -> int:
        """Return how many things were looked at."""
        return sum(self.counts.values())

    def joined(self, other: Survey) -> Survey:
        """Return both in one, in the order of their lines."""
        counts = Counter(self.counts)
        counts.update(other.counts)
        findings = sorted((*self.findings, *other.findings), key=_place)
        return Survey(findings=tuple(findings), counts=counts, ignored=self.ignored + other.ignored)

    def counted(self) -> str:
        """Return the counts in words."""
        return ", ".join(amount(self.counts[kind], kind) for kind in KINDS if self.counts.get(kind))


def survey(
    pages: Sequence[Page],
    side: Side,
    asked: Asked,
    ignored: Callable[[list[str]], set[str]],
    past: Past,
) -> Survey:
    """Return the findings of all rules on these pages, in the order of their lines."""
    counts: Counter[str] = Counter()
    findings: list[Finding] = []
    sections = find_sections(pages, asked.sections)
    counts["section"] = len({*asked.sections, *(section.name for section in sections)})
    findings += missing_sections(pages, sections, asked.sections)
    findings += thin_sections(sections)
    for page in pages:
        findings += _marker_findings(page)
        if watched_marks(page):
            findings += blind_watches(page, tuple(side.project_files))
        claims = list(judge(page.readme.lines, page.said, side.sources))
        counts.update(claim.what for claim in claims)
        findings += [claim_finding(page.path, claim) for claim in claims if claim.rule]
        walked = walk(page, side, ignored, lambda: past.renamed)
        counts["link"] += walked.reached
        findings += walked.findings
        paths = dead_paths(page, side, past, ignored)
        counts["path"] += paths.examined
        findings += paths.findings
    return spared(pages, findings, counts, asked.today)


def spared(pages: Sequence[Page], findings: Sequence[Finding], counts: Mapping[str, int], today: str | None) -> Survey:
    """Return the findings that no ignore takes away, in the order of their lines."""
    kept = sorted(_not_ignored(pages, findings, today), key=_place)
    return Survey(findings=tuple(kept), counts=counts, ignored=len(findings) - len(kept))


def _place(finding: Finding) -> tuple[str, int]:
    return (finding.location.path, finding.location.line or 0) if finding.location else ("", 0)


def claim_finding(path: str, claim: Claim) -> Finding:
    """Return the finding of a claim that is not true."""
    return Finding(
        rule=f"readme/{claim.rule}",
        severity=claim.severity,
        message=claim.message,
        location=Location(path=path, line=claim.line),
        hint=claim.hint,
        subject=claim.subject,
        detail=claim.detail,
    )


def _marker_findings(page: Page) -> Iterator[Finding]:
    for problem in page.said.problems:
        yield Finding(
            rule="readme/marker",
            severity=Severity.ERROR,
            message=problem.message,
            location=Location(path=page.path, line=problem.line),
            hint=problem.hint,
        )


def _not_ignored(pages: Sequence[Page], findings: Sequence[Finding], today: str | None) -> Iterator[Finding]:
    """Yield the findings that no ignore covers; one whose ignore has expired says so."""
    ignores = [(page.path, ignore) for page in pages for ignore in page.said.ignores]
    for finding in findings:
        place = finding.location
        covering = [
            ignore
            for path, ignore in ignores
            if place and path == place.path and f"readme/{ignore.rule}" == finding.rule
            if ignore.line <= (place.line or 0) <= ignore.last
        ]
        if not covering:
            yield finding
        elif today is not None and all(ignore.until < today for ignore in covering):
            until = max(ignore.until for ignore in covering)
            yield replace(finding, hint=f"{finding.hint}; it was ignored until {until}")
