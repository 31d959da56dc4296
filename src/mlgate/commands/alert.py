"""The alert of a scheduled run: what drifted, told to the webhook that the config names."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from mlgate.checks.drift import CHECK, DriftConfig
from mlgate.config import Config
from mlgate.errors import MlgateError
from mlgate.event import Event
from mlgate.publish.posting import run_page
from mlgate.publish.transport import Transport
from mlgate.publish.webhook import message, send
from mlgate.report import Entry, Finding, Location, Report, Severity, Status
from mlgate.text import code

RULE = "drift/alert"
_BAD = {"fail": (Status.FAILED,), "warn": (Status.FAILED, Status.WARNED)}


def alerted(report: Report, config: Config, event: Event, env: Mapping[str, str]) -> Report:
    """Post what the drift check of a scheduled run found, where that is configured; return the report with the outcome.

    Whatever hinders it is a warning of the drift check: a chat that cannot be reached makes no run fail.
    """
    alert = config.section(CHECK.id, DriftConfig).alert
    entry = next((one for one in report.entries if one.check == CHECK.id), None)
    if alert is None or entry is None or not _is_bad(entry, alert.on):
        return report
    try:
        if event.name.startswith(("pull_request", "merge_group")):
            raise MlgateError("runs of a change that is not merged send none")
        url = env.get(alert.webhook, "").strip()
        if not url:
            raise MlgateError(f"the environment has no {code(alert.webhook)}")
        where = env.get("GITHUB_REPOSITORY") or report.project or "this repository"
        page = run_page(env, (report.run or "").partition(".")[0])
        send(url, message(report, entry, where, page), Transport(env=env))
    except MlgateError as error:
        return _with(report, entry, _unsent(config, alert.webhook, error))
    sent = f"told the webhook of {code(alert.webhook)} what drifted"
    return replace(report, notices=(*report.notices, sent))


def _is_bad(entry: Entry, on: str) -> bool:
    """Return whether something is to be told: a failure counts although the config may let it only warn."""
    wanted = (Severity.ERROR,) if on == "fail" else (Severity.ERROR, Severity.WARNING)
    return entry.status in _BAD[on] or any(finding.severity in wanted for finding in entry.outcome.findings)


def _unsent(config: Config, name: str, error: MlgateError) -> Finding:
    line = config.line(CHECK.id, "alert")
    return Finding(
        rule=RULE,
        severity=Severity.WARNING,
        message=f"the alert was not sent: {error.message}",
        location=Location(path=config.source, line=line) if config.source else None,
        hint=f"set {code(name)} to the address of the webhook, as a secret of the scheduled workflow",
        subject=name,
    )


def _with(report: Report, entry: Entry, finding: Finding) -> Report:
    """Return the report with one more warning of a check."""
    outcome = entry.outcome
    status = Status.WARNED if outcome.status is Status.PASSED else outcome.status
    heavier = replace(entry, outcome=replace(outcome, status=status, findings=(*outcome.findings, finding)))
    return replace(report, entries=tuple(heavier if one is entry else one for one in report.entries))
