"""What is compared with what: the pairs of the config, else every dataset with its own version at the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mlgate.config import Dataset
from mlgate.context import Context
from mlgate.data.formats import format_of
from mlgate.drift.rules import BASELINE, REFERENCE, Pairing
from mlgate.drift.sides import Side, Sides
from mlgate.dvc.holdings import is_glob
from mlgate.errors import UsageError
from mlgate.report import Finding, Location, Severity
from mlgate.text import code, nearest

_TRAIN = ("train", "training")


class State(StrEnum):
    """Whether a pair can be compared."""

    OPEN = "open"
    UNCHANGED = "unchanged"
    NEW = "new"
    MISSING = "missing"
    UNKNOWN = "unknown"
    NO_BASELINE = "no-baseline"


class Comparison(Struct, frozen=True, kw_only=True):
    """One comparison: `name` against `against`, which is None for the baseline's version of `name` itself.

    `called` is how that is called where its own word says little, and `commit` where it is looked for. `unknown` is the
    word that is neither a dataset nor a data file, with the dataset that may have been meant; `absence` says why there
    is nothing to compare with.
    """

    name: str
    against: str | None = None
    state: State = State.OPEN
    current: Side = Side()
    reference: Side = Side()
    location: Location | None = None
    unknown: tuple[str, str | None] | None = None
    called: str | None = None
    commit: str | None = None
    absence: Finding | None = None

    @property
    def is_open(self) -> bool:
        """Return whether there is something to read on both sides."""
        return self.state is State.OPEN

    @property
    def subject(self) -> str:
        """Return what findings are about: the dataset, and what it is compared with unless that is the baseline."""
        return self.name if self.against is None else f"{self.name}/{self.against}"


def pairings_of(context: Context, current: str, configured: Sequence[Pairing]) -> tuple[Pairing, ...]:
    """Return what data of the command line is compared with: the references of the config, else the training data.

    Raises `UsageError` where there is none.
    """
    references = dict.fromkeys(
        pair.against for pair in configured if pair.against not in (BASELINE, REFERENCE, current)
    )
    if not references:
        datasets = context.config.datasets
        trained = [name for name, dataset in datasets.items() if (dataset.split or name).lower() in _TRAIN]
        references = dict.fromkeys(trained or (list(datasets) if len(datasets) == 1 else []))
    if not references:
        raise UsageError(
            f"{code('--current')}: there is nothing to compare {code(current)} with",
            hint="name the reference as `against` in `drift: {compare: [...]}`, or give a dataset `split: train`",
        )
    return tuple(Pairing(current=current, against=name) for name in references)


def find_comparisons(context: Context, pairings: Sequence[Pairing]) -> list[Comparison]:
    """Return the comparisons in the order of the config."""
    sides = Sides(context)
    if pairings:
        return [_configured(context, sides, index, pairing) for index, pairing in enumerate(pairings)]
    datasets = context.config.datasets.items()
    return [
        _with_baseline(context, sides, name, dataset, context.config_location("datasets", name, "path"))
        for name, dataset in datasets
    ]


def _configured(context: Context, sides: Sides, index: int, pairing: Pairing) -> Comparison:
    place = None if context.current else context.config_location("drift", "compare", index)
    current = _dataset(context, pairing.current)
    if current is None:
        return _unknown(context, pairing, pairing.current, place)
    declared = context.config_location("datasets", pairing.current, "path")
    where = declared if pairing.current in context.config.datasets else place
    if pairing.against == BASELINE:
        return _with_baseline(context, sides, pairing.current, current, where)
    if pairing.against == REFERENCE and REFERENCE not in context.config.datasets:
        return _with_reference(context, pairing.current, current, where)
    reference = _dataset(context, pairing.against)
    if reference is None:
        return _unknown(context, pairing, pairing.against, place)
    now, other = sides.now(current), sides.now(reference)
    missing = now.absent or other.absent
    return Comparison(
        name=pairing.current,
        against=pairing.against,
        state=State.MISSING if missing else State.OPEN,
        current=now,
        reference=other,
        location=where,
    )


def _with_baseline(
    context: Context, sides: Sides, name: str, dataset: Dataset, location: Location | None
) -> Comparison:
    if context.baseline is None:
        return Comparison(name=name, state=State.NO_BASELINE, location=location)
    if sides.is_unchanged(name, dataset):
        return Comparison(name=name, state=State.UNCHANGED, location=location)
    now, before = sides.now(dataset), sides.before(name, dataset)
    state = State.OPEN
    if now.absent or before.lost:
        state = State.MISSING
    elif not before.names:
        state = State.NEW
    return Comparison(name=name, state=state, current=now, reference=before, location=location)


def _with_reference(context: Context, name: str, dataset: Dataset, location: Location | None) -> Comparison:
    """Return the comparison with a dataset's version at the second baseline, such as the last release."""
    from mlgate.reference import find_reference

    about: dict[str, Any] = {"name": name, "against": REFERENCE, "location": location}
    found = find_reference(context, "drift")
    if found is None:
        return Comparison(state=State.UNKNOWN, unknown=(REFERENCE, None), **about)
    if found.finding is not None:
        is_idle = found.finding.severity is Severity.INFO
        return Comparison(state=State.NO_BASELINE if is_idle else State.MISSING, absence=found.finding, **about)
    second = found.context or context
    if second is not context:
        # Where its data was then, its own config says.
        second.ruling = None
    compared = _with_baseline(second, Sides(second), name, dataset, location)
    revision = second.baseline.revision if second.baseline else None
    called = found.name or (revision.name or revision.short if revision else None)
    return replace(compared, against=REFERENCE, called=called, commit=revision.short if revision else None)


def _dataset(context: Context, word: str) -> Dataset | None:
    """Return a dataset by its name, or a data file, folder or glob as one."""
    declared = context.config.datasets.get(word)
    if declared is not None:
        return declared
    is_path = format_of(word) is not None or is_glob(word) or (context.project / word).is_dir()
    return Dataset(path=word) if is_path else None


def _unknown(context: Context, pairing: Pairing, word: str, location: Location | None) -> Comparison:
    close = nearest(word, tuple(context.config.datasets))
    return Comparison(name=pairing.current, state=State.UNKNOWN, location=location, unknown=(word, close))
