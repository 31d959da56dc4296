"""Every rule of this check has its words in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

from mlgate.commands.explain import find_docs, read_pages

SOURCES = Path(__file__).resolve().parents[2] / "src/mlgate/policy"


def test_docs__every_rule_of_policy_has_a_section() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.py"))
    told = set(re.findall(r'"policy/([a-z][a-z-]+)"', text)) | set(re.findall(r'_note\(\s*context, "([a-z-]+)"', text))
    assert told == set(read_pages(find_docs())["policy"].rules)
