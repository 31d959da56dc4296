"""Which outputs of a pipeline are models: those that it says, or that the config names, else by their own names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from mlgate.dvc.records import Output, Pipelines, Stage

_SURE = frozenset({
    ".cbm", ".ckpt", ".gguf", ".keras", ".mlmodel", ".onnx", ".pmml", ".pt", ".pth", ".safetensors", ".tflite", ".ubj",
})  # fmt: skip
# What holds a model as well as anything else: the name decides.
_OPEN = frozenset({"", ".bin", ".dill", ".gz", ".h5", ".hdf5", ".joblib", ".npz", ".pickle", ".pkl", ".tar", ".zip"})
_TEXT = frozenset({".json", ".txt"})
_WORDS = frozenset({"checkpoint", "checkpoints", "model", "models", "weights"})


def find_models(pipelines: Pipelines, wanted: tuple[str, ...] = ()) -> Iterator[tuple[Stage, Output]]:
    """Yield the stages and outputs that are models; `wanted` are paths or globs that take the place of any guess.

    Without them it is the `artifacts:` of type `model`, and where there are none, what looks like a model.
    """
    outputs = [(stage, out) for stage in pipelines.stages for out in stage.outs]
    if wanted:
        from fnmatch import fnmatchcase

        yield from (pair for pair in outputs if any(fnmatchcase(pair[1].path, glob) for glob in wanted))
    elif pipelines.models:
        yield from (pair for pair in outputs if pair[1].path in pipelines.models)
    else:
        yield from (pair for pair in outputs if pair[1].kind == "out" and looks_like_model(pair[1].path))


def looks_like_model(path: str) -> bool:
    """Return whether a path is named as models are."""
    name = PurePosixPath(path)
    suffix, stem = name.suffix.lower(), name.name.lower()
    if suffix in _SURE:
        return True
    if suffix in _TEXT:
        return name.stem.lower() == "model"
    return suffix in _OPEN and not _WORDS.isdisjoint(re.split(r"[^a-z]+", stem))
