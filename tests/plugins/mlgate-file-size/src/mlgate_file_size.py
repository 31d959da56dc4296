"""File size: is any file in git too large?"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mlgate.check import Check
from mlgate.config import Section
from mlgate.context import Context
from mlgate.report import Finding, Outcome, Severity
from mlgate.text import amount, code


class FileSizeConfig(Section, frozen=True):
    """The `file-size:` section of the config."""

    kilobytes: Annotated[int, Meta(description="The most that a file may have.", ge=1)] = 500


def run(context: Context, config: FileSizeConfig) -> Outcome:
    """Look at every file that git tracks or would track."""
    findings = []
    for path in sorted(context.files):
        place = context.project / path
        size = place.stat().st_size if place.is_file() else 0
        if size > config.kilobytes * 1000:
            findings.append(
                Finding(
                    rule="file-size/large",
                    severity=Severity.ERROR,
                    message=f"{code(path)} has {size:,} bytes, more than {config.kilobytes:,} kB",
                    location=context.location(path),
                    hint=f"keep it out of git, {code('dvc add ' + path)}",
                    subject=path,
                )
            )
    summary = f"{amount(len(findings), 'file')} too large" if findings else "none too large"
    return Outcome.of(findings, summary=summary, note=amount(len(context.files), "file"))


CHECK = Check(
    id="file-size", title="File size", question="Is any file in git too large?", config=FileSizeConfig, run=run
)
