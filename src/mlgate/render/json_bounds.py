"""The name of the public JSON, and how much of each kind it may hold."""

from __future__ import annotations

SCHEMA = "mlgate-report/1"
MAX_WORD = 300
MAX_LINE = 4_000
MAX_TEXT = 100_000
MAX_ROWS = 50_000
MAX_PARTS = 1_000
MAX_PLACE = 2**31
