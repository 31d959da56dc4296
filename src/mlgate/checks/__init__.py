"""The built-in checks, in the order in which people see them."""

from __future__ import annotations

from mlgate.check import Check
from mlgate.checks.data import CHECK as DATA
from mlgate.checks.lint import CHECK as LINT
from mlgate.checks.metrics import CHECK as METRICS
from mlgate.checks.readme import CHECK as README
from mlgate.checks.repro import CHECK as REPRO
from mlgate.checks.tests import CHECK as TESTS

BUILTIN: tuple[Check, ...] = (METRICS, DATA, REPRO, TESTS, LINT, README)
