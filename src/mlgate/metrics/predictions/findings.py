"""What a person should know of the predictions: missing, unreadable, of other examples, or at odds with the files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mlgate.errors import MlgateError
from mlgate.metrics import wording
from mlgate.metrics.compare import Metric
from mlgate.metrics.predictions.matching import MATCHED_SHARE, Matched
from mlgate.metrics.predictions.pairs import NO_PROBABILITIES
from mlgate.metrics.predictions.sources import Found
from mlgate.report import Finding, Location, Severity
from mlgate.text import amount, code, codes

_SCALARS = "so metrics are judged without a noise estimate"
_HINT = "until that is mended the plain tolerance decides"
_HINT_OF_CLASSES = "the plain tolerance decides: give it a wider `tolerance` in its rule, or `gate: false`"
_NOT_OURS = "if it is of other examples, say so in its rule: `estimator: none`"


class Unlike(NamedTuple):
    """A side at which a file says another value than the predictions give."""

    is_head: bool
    in_file: float
    computed: float


class Problems:
    """Collects what is wrong with the predictions at `path`; `is_strict` lets what leaves noise unknown fail."""

    def __init__(self, path: str, place: Location | None, *, is_strict: bool) -> None:
        """Keep where the config names the predictions."""
        self._path = path
        self._place = place
        self._heavy = Severity.ERROR if is_strict else Severity.WARNING
        self._found: list[Finding] = []
        self._unlike: list[tuple[Metric, str, list[Unlike]]] = []
        self._bare: dict[str, list[str]] = {}

    def unavailable(self, found: Found, *, is_head: bool) -> None:
        """Tell that one side's predictions are not to be had."""
        side = "the predictions" if is_head else "the baseline's predictions"
        if found.is_unknown and not is_head:
            message = f"the baseline has no predictions {code(self._path)} yet, {_SCALARS}"
            self._add("predictions-unavailable", Severity.INFO, message, None, is_head)
            return
        message = f"{side} {code(self._path)} are not available, {_SCALARS}: {found.why}"
        self._add("predictions-unavailable", self._heavy, message, found.hint, is_head)

    def unreadable(self, error: MlgateError, *, is_head: bool) -> None:
        """Tell that one side's predictions cannot be used."""
        side = "the predictions" if is_head else "the baseline's predictions"
        message = f"{side} {code(self._path)} cannot be used, {_SCALARS}: {error.message}"
        self._add("predictions-unreadable", self._heavy, message, error.hint, is_head)

    def of_match(self, matched: Matched) -> None:
        """Tell that the examples of the two sides are not the same, or have other truths."""
        n, largest = matched.pairs.n, max(matched.baseline.n, matched.head.n)
        if not matched.is_paired:
            message = (
                f"only {n:,} of {largest:,} examples have the same id at both sides ({n / largest:.1%}, less than "
                f"{MATCHED_SHARE:.0%}), so the sides are compared as two samples, which sees far less"
            )
            hint = (
                "evaluate on the same examples, or look whether `id` names them; if the test set is a new one, so be it"
            )
            self._add("unpaired", self._heavy, message, hint, True)
        if matched.n_relabelled:
            share = matched.n_relabelled / n
            message = (
                f"{amount(matched.n_relabelled, 'example')} of {n:,} ({share:.1%}) have another truth than at the "
                "baseline; both sides are judged by the head's"
            )
            hint = "if labels were corrected, all is well; else look at what made the test set"
            self._add("relabelled", Severity.WARNING, message, hint, True)

    def without_interval(self, metric: Metric, why: str) -> None:
        """Tell that a metric's noise could not be estimated."""
        self._bare.setdefault(why, []).append(metric.name)

    def disagreement(self, metric: Metric, name: str, sides: list[Unlike]) -> None:
        """Tell that a file says another value than the predictions give for the metric `name`."""
        self._unlike.append((metric, name, sides))

    def forgive(self, used: Iterable[str]) -> None:
        """Leave out the disagreements of metrics that another metric of the files has turned out to be."""
        known = set(used)
        self._unlike = [one for one in self._unlike if one[1] not in known]

    def not_computed(self, name: str, why: str | None, *, is_asked: bool) -> None:
        """Tell that a metric that is to be computed cannot be."""
        severity = Severity.ERROR if is_asked else self._heavy
        reason = why or "the column that it is computed from is not named"
        hint = "mend the predictions, or take it out of `predictions.metrics`" if is_asked else None
        message = f"{code(name)} cannot be computed from the predictions: {reason}"
        self._found.append(self._finding("not-computed", severity, message, hint, name))

    def of_slices(self, words: str, hint: str, subject: str, *, is_heavy: bool = True) -> None:
        """Tell what is wrong with the slices."""
        severity = self._heavy if is_heavy else Severity.INFO
        self._found.append(self._finding("slice", severity, words, hint, subject))

    def findings(self) -> list[Finding]:
        """Return all that was told."""
        found = list(self._found)
        for why, names in self._bare.items():
            message = f"no noise estimate for {codes(names)}: {why}"
            hint = _HINT_OF_CLASSES if why.endswith(NO_PROBABILITIES) else _HINT
            found.append(self._finding("no-interval", self._heavy, message, hint, ", ".join(names)))
        return found + [self._disagreement(*one) for one in self._unlike]

    def _disagreement(self, metric: Metric, name: str, sides: list[Unlike]) -> Finding:
        worst = sides[0]
        at = "" if worst.is_head else " at the baseline"
        shown = wording.apart(worst.in_file, worst.computed)
        message = (
            f"{code(metric.name)} is {shown[0]} in {code(metric.file)}{at}, but the predictions give {shown[1]} "
            f"for {code(name)}, so it is judged without a noise estimate"
        )
        hint = f"let one run write both, and nobody edit them; {_NOT_OURS}"
        return self._finding("disagrees", Severity.WARNING, message, hint, metric.name)

    def _add(self, rule: str, severity: Severity, message: str, hint: str | None, is_head: bool) -> None:
        self._found.append(self._finding(rule, severity, message, hint, "head" if is_head else "baseline"))

    def _finding(self, rule: str, severity: Severity, message: str, hint: str | None, subject: str) -> Finding:
        return Finding(
            rule=f"metrics/{rule}",
            severity=severity,
            message=message,
            location=self._place,
            hint=hint,
            subject=subject,
        )
