"""JUnit XML, for dashboards that know no other form: one suite a check, one case a finding."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from mlgate.render.wording import WORDS, advice, heaviest, needs_advice, sentence
from mlgate.report import Entry, Finding, Report, Severity, Status
from mlgate.text import plain, printable


def render(report: Report) -> str:
    """Return the report as JUnit XML; a check that did not run is a skipped case, never a passed one."""
    root = Xml.Element("testsuites", name="mlgate")
    for entry in report.entries:
        root.append(_suite(entry))
    for kind in ("tests", "failures", "errors", "skipped"):
        root.set(kind, str(sum(int(suite.get(kind, "0")) for suite in root)))
    root.set("time", f"{sum(entry.seconds for entry in report.entries):.3f}")
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _suite(entry: Entry) -> Xml.Element:
    suite = Xml.Element("testsuite", name=_shown(entry.check))
    suite.append(_own_case(entry))
    for finding in heaviest(entry.outcome.findings):
        suite.append(_case(entry, finding))
    suite.set("tests", str(len(suite)))
    for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(kind, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("time", f"{entry.seconds:.3f}")
    return suite


def _own_case(entry: Entry) -> Xml.Element:
    """Return the case that stands for the check as a whole."""
    case = Xml.Element("testcase", classname=_shown(entry.check), name=_shown(plain(entry.title)))
    case.set("time", f"{entry.seconds:.3f}")
    message = _shown(plain(f"{WORDS[entry.status]}: {entry.outcome.summary}"))
    failing = any(finding.severity is Severity.ERROR for finding in entry.outcome.findings)
    if entry.status is Status.ERROR and entry.blocks:
        _within(case, "error", message, entry.outcome.hint)
    elif entry.status is Status.FAILED and entry.blocks and not failing:
        _within(case, "failure", message, entry.outcome.hint)
    elif entry.status in (Status.ERROR, Status.SKIPPED, Status.INCONCLUSIVE):
        _within(case, "skipped", message, entry.outcome.hint)
    else:
        Xml.SubElement(case, "system-out").text = message
    return case


def _within(case: Xml.Element, tag: str, message: str, hint: str | None) -> None:
    inside = Xml.SubElement(case, tag, message=message)
    if hint:
        inside.text = f"What to do: {_shown(plain(hint))}"


def _case(entry: Entry, finding: Finding) -> Xml.Element:
    message = _shown(plain(finding.message))
    case = Xml.Element("testcase", classname=_shown(finding.rule), name=message, time="0.000")
    if finding.location:
        case.set("file", _shown(finding.location.path))
        if finding.location.line is not None:
            case.set("line", str(finding.location.line))
    if finding.waiver:
        Xml.SubElement(case, "skipped", message=message).text = _body(entry, finding)
    elif finding.severity is Severity.ERROR and entry.blocks:
        Xml.SubElement(case, "failure", message=message, type=_shown(finding.rule)).text = _body(entry, finding)
    else:
        Xml.SubElement(case, "system-out").text = f"{finding.severity.value}: {_body(entry, finding)}"
    return case


def _body(entry: Entry, finding: Finding) -> str:
    lines = [_shown(plain(sentence(finding.message)))]
    if finding.location:
        lines.append(_shown(str(finding.location)))
    if needs_advice(finding):
        lines.append(f"What to do: {_shown(plain(advice(entry.check, finding.hint)))}")
    if finding.detail:
        lines += [_shown(line) for line in finding.detail.split("\n")]
    return "\n".join(lines)


def _shown(text: str) -> str:
    """Return a text without the characters that XML cannot hold, each shown as an escape."""
    return printable(text)
