"""Puts broken rules of a contract into words: what is wrong with which column, in how many rows, and where."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlgate.data.merging import Merged
from mlgate.data.messages import Breach
from mlgate.data.wording import in_files, places, share_of_rows
from mlgate.text import amount, code, codes

_BUILT_IN = re.compile(r"^[a-z_]+\(.*\)$", re.DOTALL)
_MANY = 5


class Words:
    """The words for the broken rules of one dataset of `rows` rows in `files` files."""

    def __init__(self, dataset: str, rows: int, files: int) -> None:
        """Keep the dataset's name and size."""
        self._dataset = code(dataset)
        self._rows = rows
        self._files = files

    def message(self, merged: Merged) -> str:
        """Return what is wrong, in inline form."""
        words = {
            Breach.MISSING: self._missing,
            Breach.EXTRA: self._extra,
            Breach.ORDER: self._order,
            Breach.DTYPE: self._dtype,
            Breach.COERCION: self._dtype,
            Breach.NULLS: self._nulls,
            Breach.DUPLICATES: self._duplicates,
            Breach.CHECK: self._check,
            Breach.OTHER: self._other,
            Breach.RAISED: self._raised,
        }
        return words[merged.first.breach](merged)

    def _column(self, merged: Merged) -> str:
        return f"column {code(merged.first.column)} of {self._dataset}"

    def _missing(self, merged: Merged) -> str:
        files = in_files(merged.files, self._files)
        if merged.first.check == "pattern":
            return f"no column of {self._dataset} matches the pattern {code(merged.first.column)}{files}"
        return f"{self._column(merged)} is missing{files}"

    def _extra(self, merged: Merged) -> str:
        return f"{self._column(merged)} is not in the contract, which is strict{in_files(merged.files, self._files)}"

    def _order(self, merged: Merged) -> str:
        got, wanted = code(merged.first.got), code(merged.first.wanted)
        files = in_files(merged.files, self._files)
        return f"the columns of {self._dataset} are out of order{files}: {got} stands where the contract has {wanted}"

    def _dtype(self, merged: Merged) -> str:
        first = merged.first
        wanted, files = code(first.wanted), in_files(merged.files, self._files)
        if first.breach is Breach.COERCION:
            said = f"{self._column(merged)} cannot be coerced to {wanted}{files}"
        else:
            said = f"{self._column(merged)} is {code(first.got)} where the contract wants {wanted}{files}"
        if merged.count is not None:
            said += f": {self._share(merged)} {'does' if merged.count == 1 else 'do'} not fit{self._such_as(merged)}"
        if first.skipped:
            checks, were = amount(first.skipped, "check"), "was" if first.skipped == 1 else "were"
            said += f"; its {checks} {were} not run"
        return said

    def _nulls(self, merged: Merged) -> str:
        verb = "is" if merged.count == 1 else "are"
        return f"{self._column(merged)}: {self._share(merged)} {verb} null{self._such_as(merged)}"

    def _duplicates(self, merged: Merged) -> str:
        together = merged.first.check
        what = f"columns {code(together)} of {self._dataset}" if together else self._column(merged)
        must = "must be unique together" if together else "must be unique"
        verb = "repeats" if merged.count == 1 else "repeat"
        return f"{what} {must}: {self._share(merged)} {verb} a value{self._such_as(merged)}"

    def _check(self, merged: Merged) -> str:
        first = merged.first
        check = code(first.check, 120)
        if merged.count is None:
            about = f"{self._column(merged)}: " if first.column else f"{self._dataset}: "
            return f"{about}{check} does not hold{in_files(merged.files, self._files)}"
        one = merged.count == 1
        verb = ("is not" if one else "are not") if _BUILT_IN.match(first.check) else ("breaks" if one else "break")
        if not first.column:
            return f"{self._share(merged)} of {self._dataset} {verb} {check}{self._such_as(merged)}"
        said = f"{self._column(merged)}: {self._share(merged)} {verb} {check}{self._such_as(merged)}"
        if merged.common is not None and len(merged.examples) > 1:
            said += f"; {merged.common[1]:,} of them are {code(merged.common[0])}"
        return said

    def _other(self, merged: Merged) -> str:
        about = f"{self._column(merged)}: " if merged.first.column else f"{self._dataset}: "
        return f"{about}pandera says {code(merged.first.said)}{in_files(merged.files, self._files)}"

    def _raised(self, merged: Merged) -> str:
        first = merged.first
        if not first.check:
            return f"{self._dataset}: the contract raised {code(first.said)}; its checks were not run"
        about = f"{self._column(merged)}: " if first.column else f"{self._dataset}: "
        return f"{about}the check {code(first.check, 120)} raised {code(first.said)}"

    def _share(self, merged: Merged) -> str:
        return share_of_rows(merged.count or 0, self._rows)

    def _such_as(self, merged: Merged) -> str:
        """Return the examples with their places, or the places alone."""
        several = self._files > 1
        if merged.examples:
            shown = [f"{code(value, 80)} ({places(held, several=several)})" for value, held in merged.examples]
            return f", such as {', '.join(shown)}"
        return f" ({places(merged.places, several=several)})" if merged.places else ""


def bundled(found: Sequence[Merged], breach: Breach, dataset: str) -> tuple[list[Merged], str | None]:
    """Return what to say one by one, and one message for all of a kind where there are too many to read."""
    same = [merged for merged in found if merged.first.breach is breach and not merged.first.check]
    if len(same) <= _MANY:
        return list(found), None
    names = codes([merged.first.column for merged in same])
    what = "are missing" if breach is Breach.MISSING else "are not in the contract, which is strict"
    rest = [merged for merged in found if merged not in same]
    return rest, f"{amount(len(same), 'column')} of {code(dataset)} {what}: {names}"
