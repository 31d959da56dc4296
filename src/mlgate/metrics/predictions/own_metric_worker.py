"""Runs a function of the project over predictions, in the project's own interpreter: a job on standard input, one line
of JSON on standard output. It needs numpy alone, and nothing of mlgate but the file of the bootstrap.
"""

from __future__ import annotations

import os
import sys

# The folder of this file holds modules of mlgate, which the project's own must not be mistaken for.
_HERE = __file__.rpartition(os.sep)[0]
sys.path[:] = [entry for entry in sys.path if entry != _HERE]

import io  # noqa: E402
import json  # noqa: E402
import math  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from typing import Any  # noqa: E402

Function = Callable[..., Any]
SCORES = frozenset(
    "score scores y_score y_scores y_prob y_proba prob proba probability probabilities".split()  # noqa: SIM905
)


class RefusedError(Exception):
    """The function cannot be used; the message says why."""


def main() -> None:
    """Answer the job on standard input; whatever the function prints goes where errors go."""
    out = os.dup(1)
    os.dup2(2, 1)
    # Read to the end first: numpy seeks.
    stream = io.BytesIO(sys.stdin.buffer.read())
    job = json.loads(stream.readline())
    try:
        said = _answer(job, stream)
    except RefusedError as error:
        said = {"why": str(error)}
    os.write(out, json.dumps(said).encode() + b"\n")
    os._exit(0)


def _answer(job: dict[str, Any], stream: io.BytesIO) -> dict[str, Any]:
    try:
        import numpy as np
    except ImportError:
        raise RefusedError("numpy is not installed for " + sys.executable) from None
    columns = {name: np.load(stream, allow_pickle=False) for name in job["columns"]}
    function = _load(job["function"], job["project"])
    sides = [side for side in ("base", "head") if side + "_truth" in columns]
    arguments = {side: _arguments(function, side, columns) for side in sides}

    def value(side: str, rows: Any = None) -> float:
        given = arguments[side]
        return _number(function, given if rows is None else [column[rows] for column in given])

    began = time.perf_counter()
    found = {side: value(side) for side in sides}
    if not job["paired"]:
        return {"values": found}
    seconds = (time.perf_counter() - began) * job["resamples"]
    if seconds > job["limit"]:
        return {"values": found, "seconds": seconds}
    bootstrap = _module_of_file(job["bootstrap"]).bootstrap
    n = columns["head_truth"].shape[0]
    try:
        drawn = bootstrap(
            lambda rows: (value("base", rows), value("head", rows)),
            n,
            seed=job["seed"],
            clusters=columns.get("group"),
            resamples=job["resamples"],
        )
    except ValueError as error:
        return {"values": found, "why": str(error)}
    return {"values": found, "se": drawn.se, "n": drawn.n}


def _module_of_file(path: str) -> Any:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("_mlgate_bootstrap", path)
    if spec is None or spec.loader is None:
        raise RefusedError("the bootstrap is not installed")
    module = module_from_spec(spec)
    sys.modules["_mlgate_bootstrap"] = module
    spec.loader.exec_module(module)
    return module


def _load(name: str, project: str) -> Function:
    from importlib import import_module

    sys.dont_write_bytecode = True
    folders = [folder for folder in (project, os.path.join(project, "src")) if os.path.isdir(folder)]  # noqa: PTH112, PTH118
    installed = [i for i, entry in enumerate(sys.path) if entry.endswith(("site-packages", "dist-packages"))]
    at = installed[0] if installed else len(sys.path)
    sys.path[at:at] = folders
    module, _, attribute = name.partition(":")
    try:
        found = getattr(import_module(module), attribute, None)
    except BaseException as error:  # noqa: BLE001 - the project's code may raise whatever it likes
        raise RefusedError(_said("it cannot be imported", error)) from None
    if not callable(found):
        raise RefusedError("there is no such function")
    function: Function = found
    return function


def _arguments(function: Function, side: str, columns: dict[str, Any]) -> list[Any]:
    """Return the truth and, by the name of the function's second parameter, the scores or the predictions."""
    import inspect

    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    wanted = "score" if len(names) > 1 and names[1] in SCORES else "prediction"
    for name in (wanted, "prediction", "score"):
        found = columns.get(side + "_" + name)
        if found is not None:
            return [columns[side + "_truth"], found]
    raise RefusedError("there are neither predictions nor scores")


def _number(function: Function, given: list[Any]) -> float:
    try:
        value = float(function(*given))
    except BaseException as error:  # noqa: BLE001 - the project's code may raise whatever it likes
        raise RefusedError(_said("it raises", error)) from None
    return value if math.isfinite(value) else math.nan


def _said(what: str, error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return what + ": " + type(error).__name__ + (": " + lines[0][:200] if lines else "")


if __name__ == "__main__":
    main()
