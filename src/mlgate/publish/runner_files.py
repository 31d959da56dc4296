"""The files by which a step speaks to the runner of GitHub Actions: its outputs and the job summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from mlgate.errors import UsageError
from mlgate.render import markdown
from mlgate.report import Report, Severity, Status
from mlgate.text import code

# A step may write 1 MiB; some of it is for what else the step has to say.
SUMMARY_BYTES = 1_040_000


OUTPUTS = ("verdict", "report", "failed", "warned", "passed", "errors", "warnings")


def outputs(report: Report, path: Path) -> dict[str, str]:
    """Return the outputs of the step: fixed names, values that are numbers or words of our own."""
    statuses = Counter(entry.status for entry in report.entries)
    severities = Counter(finding.severity for finding in report.findings)
    values = (
        report.verdict,
        str(path),
        *(str(statuses[status]) for status in (Status.FAILED, Status.WARNED, Status.PASSED)),
        *(str(severities[severity]) for severity in (Severity.ERROR, Severity.WARNING)),
    )
    return dict(zip(OUTPUTS, values, strict=True))


def write_outputs(values: Mapping[str, str], env: Mapping[str, str]) -> bool:
    """Append the outputs to the runner's file; return whether there is one. A line break in a value is refused."""
    if any("\n" in value or "\r" in value for value in values.values()):
        raise UsageError("an output would hold a line break", hint="choose a report path without one")
    return _append(env.get("GITHUB_OUTPUT"), "".join(f"{name}={value}\n" for name, value in values.items()))


def summary(report: Report) -> str:
    """Return the report for the job summary: every row of it, as long as the bytes allow."""
    limit = SUMMARY_BYTES
    text = markdown.render(report, limit=limit, most=markdown.ALL)
    while (size := len(text.encode())) > SUMMARY_BYTES:
        # Some characters take four bytes, so what is too long is cut to its share.
        limit = int(limit * SUMMARY_BYTES / size * 0.98)
        text = markdown.render(report, limit=limit, most=markdown.ALL)
    return text


def write_summary(text: str, env: Mapping[str, str]) -> bool:
    """Append to the job summary; return whether there is one."""
    return _append(env.get("GITHUB_STEP_SUMMARY"), text)


def _append(path: str | None, text: str) -> bool:
    if not path:
        return False
    try:
        with Path(path).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"{code(path)} cannot be written: {error.strerror}") from None
    return True
