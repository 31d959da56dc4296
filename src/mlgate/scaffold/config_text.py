"""Writes mlgate.yaml for a repository: short, with a comment where a person must decide."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from mlgate.scaffold.contracts import match_contracts
from mlgate.scaffold.found import Found, MetricFound, Predictions
from mlgate.text import printable

SCHEMA = "https://raw.githubusercontent.com/mlgate/mlgate/main/schema/mlgate.schema.json"
MOST_RULES = 25
_ASK = "which way is better? say it, and take the signs of comment away, and these are judged too:"
_PLAIN = re.compile(r"[A-Za-z_./][\w./-]*")
_RESERVED = re.compile(r"(?:null|true|false|yes|no|on|off|y|n|~|\.nan|[-+]?\.inf)", re.IGNORECASE)


def config_text(found: Found, sections: Mapping[str, str]) -> str:
    """Return the text of the config; `sections` are the headings that the README has or is given, by name."""
    blocks = [
        [
            f"# yaml-language-server: $schema={SCHEMA}",
            "# What a pull request to this repository must satisfy. Every key: `docs/config.md` of mlgate.",
            "version: 1",
        ],
        list(_datasets(found)),
        list(_metrics(found)),
        list(_readme(sections)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def scalar(value: str) -> str:
    """Return a text as YAML writes it, quoted where it would be read as something else."""
    if _PLAIN.fullmatch(value) and not _RESERVED.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _datasets(found: Found) -> Iterator[str]:
    if not found.datasets:
        return
    yield "datasets:"
    contracts = match_contracts(found.datasets, found.contracts)
    if contracts and len(found.contracts) == 1 and len(contracts) > 1:
        yield f"  # {printable(str(found.contracts[0]))} is the only contract here: take it away where it is not meant"
    elif not contracts:
        yield "  # give each a contract: `mlgate contract infer DATA --output contracts/NAME.py` drafts it in place"
    for name, path in found.datasets.items():
        contract = f", contract: {scalar(str(contracts[name]))}" if name in contracts else ""
        yield f"  {scalar(name)}: {{path: {scalar(path)}{contract}}}"


def _metrics(found: Found) -> Iterator[str]:
    known = [metric for metric in found.metrics if metric.better]
    unknown = [metric for metric in found.metrics if not metric.better]
    asked = list(_unknown(unknown))
    if known or (found.predictions is not None and found.predictions.is_clear):
        yield "metrics:"
        yield from _predictions(found.predictions)
        yield from _known(known)
        if asked:
            yield f"    # {_ASK}"
            yield from (f"    # {line}" for line in ([] if known else ["rules:"]) + asked)
    elif asked or found.predictions is not None:
        # Nothing of it holds yet, so all of it is for a person to switch on.
        yield f"# {_ASK}" if asked else "# name the columns, and take the signs of comment away:"
        yield "# metrics:"
        yield from (f"# {line.replace('  # predictions', '  predictions')}" for line in _predictions(found.predictions))
        yield from ("#   rules:", *(f"#     {line}" for line in asked)) if asked else ()


def _predictions(predictions: Predictions | None) -> Iterator[str]:
    if predictions is None:
        return
    wanted = {} if predictions.is_clear else {"id": "...", "truth": "...", "prediction": "..."}
    columns = "".join(f", {name}: {scalar(column)}" for name, column in {**wanted, **predictions.columns}.items())
    yield "  # with predictions for each example, a verdict knows a regression from noise"
    off = "" if predictions.is_clear else "# "
    yield f"  {off}predictions: {{path: {scalar(predictions.path)}{columns}}}"


def _known(metrics: Sequence[MetricFound]) -> Iterator[str]:
    if metrics:
        yield "  rules:"
        yield "    # each may also have `tolerance: 1pp`, `min: 0.9` or `max: 0.1`; without, the usual tolerance holds"
    for metric in metrics[:MOST_RULES]:
        yield f"    {scalar(metric.name)}: {{better: {metric.better}}}"
    if len(metrics) > MOST_RULES:
        yield f"    # and {len(metrics) - MOST_RULES} more, which are judged by their names: see `mlgate run metrics`"


def _unknown(metrics: Sequence[MetricFound]) -> Iterator[str]:
    for metric in metrics[:MOST_RULES]:
        yield f"{scalar(metric.name)}: {{better: higher}}"
    if len(metrics) > MOST_RULES:
        yield f"# and {len(metrics) - MOST_RULES} more"


def _readme(sections: Mapping[str, str]) -> Iterator[str]:
    if sections:
        yield "readme:"
        yield "  sections: # what the README must tell, by its headings"
        yield from (f"    {scalar(name)}: {scalar(title)}" for name, title in sections.items())
