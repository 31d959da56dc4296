"""README: does it say what is true now, and do its links lead somewhere?"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from msgspec import Meta

from mlgate.check import Check
from mlgate.config import Section
from mlgate.context import Context
from mlgate.readme.ages import aged_marks, ages
from mlgate.readme.before import Before, find_before
from mlgate.readme.charge import Charged, charge, old_table
from mlgate.readme.code_blocks import Ran, Time, marked_blocks
from mlgate.readme.dead_names import dead_names
from mlgate.readme.naming import MODEL_CARD, Named, find_named, unsupported
from mlgate.readme.page import Page, read_page
from mlgate.readme.past import Past, past_of
from mlgate.readme.side import Side, head_side
from mlgate.readme.survey import Asked, Survey, spared, survey
from mlgate.readme.usage import unused_features, used_marks
from mlgate.readme.watched import Pair, watch_findings, watched_marks
from mlgate.readme.watching import Sides, project_reader
from mlgate.report import Finding, Outcome, Severity
from mlgate.text import amount, code, codes
from mlgate.units import Duration

_NOUNS = {
    "sections": "section",
    "thin-section": "section",
    "block-edited": "block",
    "model-index": "value",
    "dead-link": "link",
    "watch": "watched section",
    "age": "dated section",
    "code-block": "code block",
    "unsupported": "page",
    "unused-feature": "unused feature",
}
# The rest is for the files, and for the baseline's blocks.
_SHARE_FOR_CODE = 0.7


class ReadmeConfig(Section, frozen=True):
    """The `readme:` section of the config."""

    files: Annotated[
        tuple[str, ...],
        Meta(
            description="The Markdown files to check, from the project folder, by name or by patterns such as "
            "`docs/**.md`; default: README.md in any case, and MODEL_CARD.md where there is one."
        ),
    ] = ()
    sections: Annotated[
        dict[str, Annotated[str, Meta(min_length=1)]],
        Meta(description="The sections that must exist: a short name, and the heading, such as `data: Data sources`."),
    ] = {}
    code_blocks: Annotated[
        Literal["off", "run"],
        Meta(description="Whether to run the fences that are marked `mlgate:run`, with the project's interpreter."),
    ] = "off"
    code_limit: Annotated[Duration, Meta(description="The time limit of each code block that is run.")] = Duration(60.0)


def run(context: Context, config: ReadmeConfig) -> Outcome:
    """Examine the READMEs, and charge what the baseline's do not have already."""
    named = find_named(context, config.files)
    told = list(_foreign(context, config, named))
    if named.foreign and not named.paths and not named.missing:
        if "readme" not in context.config.sections:
            return Outcome.skipped(unsupported(named.foreign[0]), hint="write it as README.md")
        return Outcome.of(told, summary=told[0].message)
    head = head_side(context)
    pages, missing = _pages(context, head, named)
    if missing:
        return _without_page(context, missing, told)
    before = find_before(context, pages)
    asked = Asked(sections=config.sections, today=_today(context))
    past = past_of(context)
    now = survey(pages, head, asked, context.git.ignored, past)
    now = now.joined(_compared(context, head, pages, before, asked))
    now = now.joined(_scheduled(context, head, pages, asked))
    ran = _ran(context, config, pages, before)
    now = now.joined(spared(pages, ran.new, {"code block": ran.count}, asked.today))
    is_failed = any(finding.severity is Severity.ERROR for finding in told)
    if not now.examined and not now.findings and not is_failed:
        reason = f"no relative link, path, marker or required section in {codes([page.path for page in pages])}"
        return Outcome.skipped(reason, hint="name the sections that it must have in `readme.sections`")
    charged = _charged(context, now, before, asked, past)
    charged = Charged(charged.new, (*charged.old, *spared(pages, ran.old, {}, asked.today).findings))
    return _outcome(now, charged, _not_run(config, pages, ran), told)


def _foreign(context: Context, config: ReadmeConfig, named: Named) -> Iterator[Finding]:
    """Yield a finding for each page in a language that is not read: a failure where it was asked for."""
    is_asked = "readme" in context.config.sections
    has_readme = any(path.lower() != MODEL_CARD.lower() for path in named.paths)
    for path in named.foreign:
        is_wanted = bool(config.files) or (is_asked and not has_readme)
        place = context.config_location("readme", "files", config.files.index(path)) if config.files else None
        yield Finding(
            rule="readme/unsupported",
            severity=Severity.ERROR if is_wanted else Severity.INFO,
            message=f"{unsupported(path)}: nothing in it is checked",
            location=place or context.location(path),
            hint="write it as Markdown",
            subject=path,
        )


def _pages(context: Context, side: Side, named: Named) -> tuple[list[Page], list[str]]:
    """Return the pages that exist, and what is wrong with the others in words."""
    pages, missing = [], list(named.missing)
    if not named.paths and not missing:
        missing.append("there is no README.md")
    for path in named.paths:
        shown = context.shown(path)
        data = side.read(shown) if not shown.startswith("..") else None
        page = None if data is None else read_page(shown, data)
        if page is None or page.is_empty:
            missing.append(f"{code(shown)} {'does not exist' if page is None else 'is empty'}")
        else:
            pages.append(page)
    return pages, missing


def _without_page(context: Context, missing: Sequence[str], told: Sequence[Finding]) -> Outcome:
    hint = "write it: what the data is, how features are made, how the model is trained, served and rolled back"
    if "readme" not in context.config.sections:
        return Outcome.skipped(missing[0], hint=hint)
    place = context.config_location("readme", "files")
    findings = [
        Finding(rule="readme/missing", severity=Severity.ERROR, message=what, location=place, hint=hint)
        for what in missing
    ]
    return Outcome.of([*findings, *told], summary=missing[0])


def _compared(context: Context, head: Side, pages: Sequence[Page], before: Before | None, asked: Asked) -> Survey:
    """Return what this change leaves behind: watched sections, and names that are gone."""
    if before is None:
        return Survey(findings=(), counts={})
    pairs = [Pair(page, before.pages.get(page.path)) for page in pages]
    sides = Sides(project_reader(before.side.read, context.shown), project_reader(head.read, context.shown))
    watched = sum(len(watched_marks(page)) for page in pages)
    findings = watch_findings(pairs, context.changes, sides, context) if watched else []
    findings += dead_names(pairs, lambda: context.changes, sides, context.git)
    return spared(pages, findings, {"watched section": watched}, asked.today)


def _scheduled(context: Context, head: Side, pages: Sequence[Page], asked: Asked) -> Survey:
    """Return what time has done: nothing but in a scheduled run, where "now" is the date of the head's commit."""
    now = context.head.time if context.head else None
    if not context.scheduled or now is None:
        return Survey(findings=(), counts={})
    findings = [*ages(pages, head, context, now), *unused_features(pages, head.sources, context.git, now)]
    count = sum(len(aged_marks(page)) + len(used_marks(page)) for page in pages)
    return spared(pages, findings, {"dated section": count}, asked.today)


def _charged(context: Context, now: Survey, before: Before | None, asked: Asked, past: Past) -> Charged:
    if not now.findings or before is None or not before.pages:
        return Charged(now.findings, ())
    found = survey(list(before.pages.values()), before.side, asked, context.git.ignored, past)
    return charge(now.findings, found.findings, past.renamed)


def _ran(context: Context, config: ReadmeConfig, pages: Sequence[Page], before: Before | None) -> Ran:
    """Return what running the marked code blocks found; in a pre-commit hook none is run."""
    if config.code_blocks == "off" or context.env.get("PRE_COMMIT") == "1":
        return Ran()
    from mlgate.readme.ran import run_blocks
    from mlgate.redaction import Redaction

    whole = context.config.limits.get(CHECK.id)
    seconds = (whole.seconds if whole else CHECK.limit) * _SHARE_FOR_CODE
    times = Time(limit=config.code_limit.seconds, deadline=time.monotonic() + seconds)
    return run_blocks(context, pages, before, times, Redaction(context.env).hide)


def _not_run(config: ReadmeConfig, pages: Sequence[Page], ran: Ran) -> str:
    """Return how many marked code blocks nobody ran, in words, where that is so."""
    if ran.count or ran.new:
        return ""
    count = sum(1 for page in pages for _ in marked_blocks(page))
    why = "code_blocks is off" if config.code_blocks == "off" else "in a hook"
    return f"{amount(count, 'code block')} not run, {why}" if count else ""


def _outcome(now: Survey, charged: Charged, not_run: str, told: Sequence[Finding]) -> Outcome:
    wrong = Counter(_noun(finding) for finding in (*charged.new, *told) if finding.severity is not Severity.INFO)
    summary = f"{now.counted()} current"
    if wrong:
        summary = ", ".join(amount(count, noun) for noun, count in wrong.items()) + " to mend"
    notes = [f"{amount(len(charged.old), 'older finding')} not charged"] if charged.old else []
    notes += [f"{now.ignored} ignored"] if now.ignored else []
    notes += [not_run] if not_run else []
    notes += [f"{codes([one.subject or '' for one in told])} not read"] if told else []
    tables = [old_table(charged.old)] if charged.old else []
    return Outcome.of([*charged.new, *told], summary=summary, note=", ".join(notes), tables=tables)


def _noun(finding: Finding) -> str:
    rule = finding.rule.partition("/")[2]
    return _NOUNS.get(rule, rule.removeprefix("dead-"))


def _today(context: Context) -> str | None:
    """Return the day of the head's commit, so that a verdict does not change with the clock."""
    moment = context.head.time if context.head else None
    return None if moment is None else time.strftime("%Y-%m-%d", time.gmtime(moment))


CHECK = Check(
    id="readme",
    title="README",
    question="Does the README say what is true now?",
    config=ReadmeConfig,
    run=run,
    limit=300.0,
)
