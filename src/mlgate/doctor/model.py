"""Practices about the model: metrics that can be judged, predictions, seeds, tests, the pinned environment, MLflow."""

from __future__ import annotations

import re

from mlgate.checks.metrics import CHECK as METRICS
from mlgate.doctor.practice import Answer, Facts, fine, missing, not_needed, unknown
from mlgate.metrics.config import MetricsConfig
from mlgate.metrics.rules import Rulebook
from mlgate.pytest_run.settings import has_test_files
from mlgate.text import amount, code, codes

_RANDOM = re.compile(
    r"^\s*(?:import|from)\s+(?:random|sklearn|torch|tensorflow|keras|xgboost|lightgbm|catboost|jax|pytorch_lightning"
    r"|lightning|transformers)\b|\bnp\.random\.|\bnumpy\.random\b",
    re.MULTILINE,
)
_SEED = re.compile(
    r"\bseed\w*\s*[=(:]|\brandom_state\s*[=:]|\bmanual_seed\b|\bset_seed\b|\bseed_everything\b|\bPRNGKey\b"
)
_MOST_FILES = 500
_LOCKS = (
    *("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pixi.lock", "conda-lock.yml", "pylock.toml"),
    "requirements.lock",
)
_LISTS = ("requirements.txt", "requirements/base.txt", "requirements/main.txt")
_PINNED = re.compile(r"===?\s*[\w.!+-]+|\s@\s|^-e |^\./|^git\+.*@[0-9a-f]{7,}|--hash=", re.MULTILINE)


def metrics(facts: Facts) -> Answer:
    """Ask whether there are metrics, and the gate knows which way of each is better."""
    found = facts.found.metrics
    if not found:
        step = (
            "let `dvc.yaml` declare `metrics:`, write a `metrics.json`, or name files under `metrics: {files: [...]}`"
        )
        return missing("no metrics were found", step)
    rules = Rulebook(facts.context.config.section(METRICS.id, MetricsConfig).rules)
    open_ones = [metric.name for metric in found if rules.policy((metric.name,), metric.name).asks_direction]
    if open_ones:
        says = f"{len(open_ones)} of {amount(len(found), 'metric')} are not judged, for nobody said which way is better"
        rule = f"{open_ones[0]}: {{better: higher}}"
        return missing(f"{says}: {codes(open_ones, 3)}", f"say so under `metrics: {{rules: ...}}`, as {code(rule)}")
    return fine(f"{amount(len(found), 'metric')}, each with a direction")


def predictions(facts: Facts) -> Answer:
    """Ask whether predictions with ids let a verdict know a regression from noise."""
    config = facts.context.config.section(METRICS.id, MetricsConfig)
    if config.predictions is not None:
        return fine(f"{code(config.predictions.path)}, paired by {code(config.predictions.id)}")
    if not facts.found.metrics:
        return not_needed("no metrics were found")
    seen = facts.found.predictions
    if seen is not None:
        step = f"name its columns under `metrics: {{predictions: {{path: {seen.path}, id: ..., truth: ...}}}}`"
        return missing(f"{code(seen.path)} may hold them, and the config does not name it", step)
    step = "let the evaluation write a row for each example: its id, the truth, the prediction or score"
    return missing("no predictions: a verdict cannot tell a regression from noise", step)


def seeds(facts: Facts) -> Answer:
    """Ask whether code that draws random numbers sets a seed."""
    drawing, seeded = [], False
    files = sorted(path for path in facts.context.files if path.endswith(".py"))[:_MOST_FILES]
    for path in files:
        text = facts.text(path) or ""
        seeded = seeded or bool(_SEED.search(text))
        drawing += [path] if _RANDOM.search(text) else []
    params = (facts.text(path) or "" for path in ("params.yaml", "params.json", "params.toml"))
    seeded = seeded or any(re.search(r"\bseed\b|\brandom_state\b", text) for text in params)
    if not drawing:
        return not_needed("no code was found that draws random numbers")
    if seeded:
        return fine("a seed is set")
    step = "set one where training begins, from a parameter such as `seed: 7` in `params.yaml`"
    return missing(
        f"no seed is set, and {amount(len(drawing), 'file')} may draw random numbers: {codes(drawing, 3)}", step
    )


def environment(facts: Facts) -> Answer:
    """Ask whether the project's packages are pinned."""
    lock = facts.first(*_LOCKS)
    if lock:
        return fine(f"{code(lock)} pins the packages")
    listed = facts.first(*_LISTS)
    if listed is None:
        return missing("nothing pins the project's packages", "run `uv lock`, or `pip-compile` to a `requirements.txt`")
    lines = [line.strip() for line in (facts.text(listed) or "").splitlines()]
    wanted = [line for line in lines if line and not line.startswith(("#", "-r", "-c", "--"))]
    loose = [line.partition("#")[0].strip() for line in wanted if not _PINNED.search(line)]
    if loose:
        says = (
            f"{len(loose)} of {amount(len(wanted), 'package')} in {code(listed)} without a version: {codes(loose, 3)}"
        )
        return missing(says, "pin them with `==`, best with `uv pip compile --generate-hashes`")
    return fine(f"{code(listed)} pins {amount(len(wanted), 'package')}")


def tests(facts: Facts) -> Answer:
    """Ask whether there are tests."""
    if not facts.found.has_python:
        return not_needed("no Python was found here")
    if has_test_files(facts.context.files):
        return fine("there are tests")
    step = "begin with one of the features and one of the metric: `tests/test_features.py`"
    return missing("no file is named `test_*.py` or `*_test.py`", step)


def mlflow(facts: Facts) -> Answer:
    """Ask whether the tracking server answers, where runs are tracked in one."""
    from mlgate.doctor.reach import reach
    from mlgate.metrics.mlflow.faults import without_credentials
    from mlgate.metrics.mlflow.place import find_place

    config = facts.context.config.section(METRICS.id, MetricsConfig).mlflow
    if config is None:
        return not_needed("MLflow is not configured")
    place = find_place(facts.context, config)
    if place.uri is None:
        if place.refused:
            said = f"{code(without_credentials(place.refused))} stands in a config that is not committed"
            return unknown(f"{said}, so it is not asked", "commit it, or set `MLFLOW_TRACKING_URI`")
        return missing("no address of a tracking server", "set `MLFLOW_TRACKING_URI`, or `metrics.mlflow.tracking_uri`")
    shown = code(without_credentials(place.uri))
    trouble = reach(place.uri, facts.context.project)
    if trouble is None:
        return fine(f"{shown} answers")
    return missing(f"{shown} does not answer: {trouble}", "start it, or mend the address, the proxy or the network")
