"""What a config asks less than mlgate does without one."""

from __future__ import annotations

from typing import Any

from mlgate.config import Config
from mlgate.policy.ruling import Turn
from mlgate.policy.ways import TOLERANCE
from mlgate.report import Enforcement


def less_than_own(config: Config) -> list[str]:
    """Return the keys by which a config loosens what holds without any, such as a check that does not block."""
    found = [f"enforce.{check}" for check, word in config.enforce.items() if word is not Enforcement.BLOCK]
    rules: Any = getattr(config.sections.get("metrics"), "rules", {})
    for name, rule in rules.items():
        if not rule.gate:
            found.append(f"metrics.rules.{name}.gate")
        elif rule.tolerance is not None and TOLERANCE.compare(None, rule.tolerance) is Turn.LOOSER:
            found.append(f"metrics.rules.{name}.tolerance")
    return found
