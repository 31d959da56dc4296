"""Regular expressions that are compiled when they are first used: a short run uses few of those that it imports."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Lazy:
    def __init__(self, source: str | bytes, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = getattr(re.compile(self._source, self._flags), name)
        self.__dict__[name] = found
        return found


def lazy_pattern(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what `re.compile` would, but compiled at its first use; a mistake in `source` shows only then."""
    return cast("re.Pattern[AnyStr]", _Lazy(source, flags))
