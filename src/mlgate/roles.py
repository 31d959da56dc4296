"""What part of the data a dataset is, by what the config says of it or by its name: training, or what judges it."""

from __future__ import annotations

import re
from typing import NamedTuple

from mlgate.config import Dataset

_TRAIN = frozenset({"train", "training"})
_OTHERS = frozenset({"test", "testing", "valid", "validation", "val", "dev", "eval", "holdout"})
_PARTS = re.compile(r"[_\-. ]+")


class Role(NamedTuple):
    """What part a dataset plays, and the rest of its name, which tells the parts of several models apart."""

    split: str
    family: str

    @property
    def is_train(self) -> bool:
        """Return whether a model learns from it."""
        return self.split in _TRAIN


def role_of(name: str, dataset: Dataset) -> Role | None:
    """Return the part that the config gives a dataset, or else its name tells; None for neither."""
    words = _PARTS.split(name.lower())
    told = next((word for word in words if word in _TRAIN | _OTHERS), None)
    family = " ".join(word for word in words if word != told)
    split = dataset.split.lower() if dataset.split else told
    return None if split is None else Role(split, family if told else "")
