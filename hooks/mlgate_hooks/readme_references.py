"""`mlgate-readme-references`: links, anchors and paths in the READMEs lead to something that is there."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence

from mlgate.checks.readme import CHECK, ReadmeConfig
from mlgate.context import Context
from mlgate.readme.naming import default_files, is_markdown, named_files
from mlgate.readme.page import Page, read_page
from mlgate.readme.past import past_of
from mlgate.readme.side import Side, head_side
from mlgate.readme.survey import Asked, survey
from mlgate.report import Finding
from mlgate_hooks.asking import ask_project, parser, tell_findings

RULES = frozenset({"readme/dead-link", "readme/dead-anchor", "readme/dead-path"})


def main(argv: Sequence[str] | None = None) -> int:
    """Look at the READMEs of the config, or the files given, and return 1 if one leads nowhere."""
    arguments = parser("mlgate-readme-references", __doc__)
    arguments.add_argument(
        "files", nargs="*", help="Markdown files, from the project folder (default: as the config says)"
    )
    options = arguments.parse_args(argv)
    return ask_project(options.project, CHECK, lambda context: _tell(_found(context, options.files)))


def _tell(found: tuple[Finding, ...]) -> int:
    tell_findings(found)
    return 1 if found else 0


def _found(context: Context, asked: Sequence[str]) -> tuple[Finding, ...]:
    """Return what leads nowhere; what the last commit had is also said, or nobody would ever mend it."""
    section = context.config.section(CHECK.id, ReadmeConfig)
    wanted = tuple(asked) or section.files
    paths = named_files(context, wanted).paths if wanted else default_files(context)
    side = head_side(context)
    pages = list(_pages(context, paths, side))
    today = None if context.head is None or context.head.time is None else _day(context.head.time)
    found = survey(pages, side, Asked(today=today), context.git.ignored, past_of(context))
    return tuple(finding for finding in found.findings if finding.rule in RULES)


def _pages(context: Context, paths: Sequence[str], side: Side) -> Iterator[Page]:
    for path in paths:
        shown = context.shown(path)
        data = side.read(shown) if is_markdown(path) and not shown.startswith("..") else None
        if data is not None:
            yield read_page(shown, data)


def _day(moment: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(moment))


if __name__ == "__main__":
    sys.exit(main())
