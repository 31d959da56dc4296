"""`mlgate-metric-files`: metric files can be read, and hold finite numbers."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from mlgate import documents
from mlgate.documents import DocumentError
from mlgate.metrics.flatten import Odd, ShapeError, flatten
from mlgate.streams import take_all
from mlgate.text import code, plain, printable


def main(argv: Sequence[str] | None = None) -> int:
    """Look at each file given and return 1 if one of them is wrong."""
    take_all()
    problems = [problem for name in (sys.argv[1:] if argv is None else argv) for problem in problems_of(name)]
    for problem in problems:
        print(plain(problem))
    return 1 if problems else 0


def problems_of(name: str) -> Iterator[str]:
    """Yield what is wrong with a metric file, each as `file:line:column: what`."""
    try:
        data = Path(name).read_bytes()
        flat = flatten(documents.parse(data, name))
    except OSError as error:
        yield f"{printable(name)}: cannot be read: {error.strerror}"
    except DocumentError as error:
        yield str(error.at(name))
    except ShapeError as error:
        yield f"{printable(name)}: {error}"
    else:
        for key, value in flat.values.items():
            if isinstance(value, Odd) and value.is_numeric:
                position = documents.locate(documents.decode(data), tuple(key.split(".")))
                place = printable(name) + (f":{position.line}:{position.column}" if position else "")
                yield f"{place}: {code(key)} is {value.kind}: {code(value.shown)}"
