"""What a run put its machine to, by the metrics that MLflow logs of it; runs in the process that asks."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from mlgate.metrics.mlflow.messages import Load, Run

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

_SECONDS = 8.0
_NAME = re.compile(
    r"system/(?:[^/]+/)?(?:(?P<cpu>cpu_utilization_percentage)|(?P<memory>system_memory_usage_megabytes)"
    r"|(?P<gpu>gpu_\d+_memory_usage_(?:mega|giga)bytes))"
)


def load_of(client: MlflowClient, run: Run) -> Load | None:
    """Return the peaks and the mean over the whole run, as far as they were logged and time allows, or None."""
    deadline = time.monotonic() + _SECONDS
    found: dict[str, list[float]] = {"cpu": [], "memory": [], "gpu": []}
    for name in sorted(run.metrics):
        match = _NAME.fullmatch(name)
        if match and match.lastgroup and time.monotonic() < deadline:
            unit = 1e9 if name.endswith("gigabytes") else 1e6 if name.endswith("megabytes") else 1.0
            found[match.lastgroup] += [metric.value * unit for metric in client.get_metric_history(run.id, name)]
    if not any(found.values()):
        return None
    cpu = found["cpu"]
    return Load(
        memory=max(found["memory"], default=None),
        gpu_memory=max(found["gpu"], default=None),
        cpu=sum(cpu) / len(cpu) if cpu else None,
    )
