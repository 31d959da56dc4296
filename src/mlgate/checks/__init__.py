"""The built-in checks, in the order in which people see them. A check's module is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from mlgate.check import Check

MODULES: dict[str, str] = {
    "metrics": "mlgate.checks.metrics",
    "data": "mlgate.checks.data",
    "drift": "mlgate.checks.drift",
    "repro": "mlgate.checks.repro",
    "tests": "mlgate.checks.tests",
    "lint": "mlgate.checks.lint",
    "readme": "mlgate.checks.readme",
    "policy": "mlgate.checks.policy",
}


class _Builtin(Mapping[str, Check]):
    def __getitem__(self, name: str) -> Check:
        found: Check = import_module(MODULES[name]).CHECK
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(MODULES)

    def __len__(self) -> int:
        return len(MODULES)


BUILTIN: Mapping[str, Check] = _Builtin()
