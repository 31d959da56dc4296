"""Makes findings about one dataset: their weight, the rows they point to, and what stood at the baseline already."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from mlgate.context import Context
from mlgate.data.pointing import Pointer
from mlgate.data.wording import places
from mlgate.integrity.facts import Group, Spot, Survey, Value
from mlgate.integrity.settings import IntegrityConfig, weight
from mlgate.report import Enforcement, Finding, Location, Severity
from mlgate.text import code

_GROUPS = 3


class Seen(Struct, frozen=True, kw_only=True):
    """A dataset now and at the baseline, as far as both are known; `files` are its paths from the project folder.

    `is_same` says that nothing of it changed since the baseline.
    """

    name: str
    files: tuple[str, ...]
    now: Survey
    before: Survey | None = None
    is_same: bool = False
    key: tuple[str, ...] = ()
    target: str | None = None
    time: str | None = None

    @property
    def earlier(self) -> Survey | None:
        """Return what there was at the baseline, which is what there is now where nothing changed."""
        return self.now if self.is_same else self.before


class Teller:
    """Puts what was seen of one dataset into findings."""

    def __init__(self, context: Context, seen: Seen, config: IntegrityConfig, *, shows: bool = True) -> None:
        """Keep what findings are made from; `shows` says whether values may be shown, or only their places."""
        self.seen = seen
        self.config = config
        self.name = code(seen.name)
        self._point = Pointer(context, seen.name, "", {})
        self.shows = shows

    def finding(
        self,
        rule: str,
        enforcement: Enforcement,
        message: str,
        hint: str,
        *,
        column: str = "",
        against: str = "",
        spot: Spot | None = None,
        was_before: bool = False,
    ) -> Finding:
        """Return a finding; a warning about what the baseline has as well is a note, for it is nobody's change."""
        severity = weight(enforcement)
        subject = f"{self.seen.name}/{against}" if against else self.seen.name
        if was_before and severity is Severity.WARNING:
            severity = Severity.INFO
            message += ", as at the baseline"
        return Finding(
            rule=f"data/{rule}",
            severity=severity,
            message=message,
            location=self._place(spot),
            hint=hint,
            subject=f"{subject}.{column}" if column else subject,
        )

    def where(self, spots: Sequence[Spot]) -> str:
        """Return places in words, or nothing where they are not known."""
        files = self.seen.files
        known = [(files[spot.file], spot.number) for spot in spots if spot.number is not None]
        return places(known, several=len(files) > 1)

    def values(self, values: Sequence[Value]) -> str:
        """Return examples, with their places: `` `n/a` (lines 3 and 7), `-` (line 12) ``."""
        if not self.shows:
            return ""
        shown = [(code(value.text, 60), self.where(value.spots)) for value in values]
        return ", ".join(f"{text} ({place})" if place else text for text, place in shown)

    def groups(self, groups: Sequence[Group]) -> str:
        """Return the first groups of rows that belong together: `` `7` on lines 3 and 9 ``."""
        shown = []
        for group in groups[:_GROUPS]:
            place = self.where(group.spots)
            text = code(group.text, 60) if group.text and self.shows else ""
            shown.append(f"{text} ({place})" if text and place else text or place)
        return "; ".join(filter(None, shown))

    def _place(self, spot: Spot | None) -> Location | None:
        if not self.seen.files:
            return None
        if spot is None:
            return self._point.file(self.seen.files[0])
        path = self.seen.files[spot.file]
        return self._point.row((path, spot.number if spot.number is not None else 0), (path,), "", None)
