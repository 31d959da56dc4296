"""Read params.yaml, the one place for numbers that people tune."""

from pathlib import Path
from typing import Any

import yaml


def params(section: str, path: Path = Path("params.yaml")) -> dict[str, Any]:
    """Return one section of the parameters, such as `train`."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))[section]
