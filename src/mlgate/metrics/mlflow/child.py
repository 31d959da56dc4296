"""The process that asks MLflow: `python -m mlgate.metrics.mlflow.child`, a job on its input, an answer on its output.

It is apart because the client takes seconds to import, writes to standard output, and may hang.
"""

from __future__ import annotations

import os
import sys

import msgspec

from mlgate.metrics.mlflow.faults import AskedError, fault_of
from mlgate.metrics.mlflow.messages import Answer, Fault, Job, Trouble
from mlgate.metrics.mlflow.search import open_search


def answer(job: Job) -> Answer:
    """Return what MLflow says to a job."""
    try:
        return open_search(job.uri, job.experiment).answer(job)
    except AskedError as error:
        return Answer(fault=error.fault)
    except Exception as error:  # noqa: BLE001 - the client raises whatever its libraries raise
        if isinstance(error, ModuleNotFoundError) and error.name == "mlflow":
            return Answer(fault=Fault(trouble=Trouble.NOT_INSTALLED))
        return Answer(fault=fault_of(error, job.uri))


def main() -> None:
    """Read the job, ask, and write the answer; whatever the client prints goes where errors go."""
    out = os.dup(1)
    os.dup2(2, 1)
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    with os.fdopen(out, "wb") as stream:
        stream.write(msgspec.json.encode(answer(job)))


if __name__ == "__main__":
    main()
