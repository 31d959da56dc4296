"""Sources of small plugins, for tests that need a check of their own."""

from __future__ import annotations

from textwrap import indent

_SOURCE = """\
from mlgate.check import Check
from mlgate.config import Section
from mlgate.report import Finding, Location, Outcome, Severity


class Config(Section, frozen=True):
{fields}


def run(context, config):
{body}


CHECK = Check(id="{name}", title="{name}", question="A question?", config=Config, run=run)
"""


def source(name: str, body: str, *, fields: str = "pass") -> str:
    """Return the source of a plugin: `body` are the statements of its check, `fields` those of its section."""
    return _SOURCE.format(name=name, body=indent(body, "    "), fields=indent(fields, "    "))


PASSING = 'return Outcome.of([], summary="fine")'
FAILING = 'return Outcome.of([Finding(rule="x/y", severity=Severity.ERROR, message="It is broken.")], summary="broken")'
CRASHING = 'raise RuntimeError("boom")'
SKIPPING = 'return Outcome.skipped("nothing to do")'
