"""Takes the values of secret-looking environment variables out of text that leaves the machine."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SECRET = re.compile(
    r"TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|(?:API|ACCESS|PRIVATE|ACCOUNT)_?KEY", re.IGNORECASE
)
# Shorter values, such as `true` or a user's name, would take innocent words with them.
_LEAST_CHARACTERS = 8


class Redaction:
    """Knows the secret values of one environment. What code computed from them, such as an encoding, it cannot know."""

    def __init__(self, env: Mapping[str, str]) -> None:
        """Collect the values, of those with several lines each line."""
        lines = [line.strip() for name, value in env.items() if _SECRET.search(name) for line in value.splitlines()]
        self._values = sorted({line for line in lines if len(line) >= _LEAST_CHARACTERS}, key=len, reverse=True)

    def hide(self, text: str) -> str:
        """Return `text` with every secret value as `***`."""
        for value in self._values:
            text = text.replace(value, "***")
        return text
