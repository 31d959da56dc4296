"""`mlgate-data-in-git`: data and models are kept by DVC, and large files are not in git."""

from __future__ import annotations

import argparse
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from mlgate.streams import take_all
from mlgate.text import code, command, plain, printable

MODELS = frozenset(
    {
        *("bin", "bst", "caffemodel", "cbm", "ckpt", "dill", "engine", "ggml", "gguf", "h5", "hdf5", "joblib", "keras"),
        *("lgb", "mar", "mlmodel", "model", "msgpack", "onnx", "ort", "pb", "pickle", "pkl", "pmml", "pt", "pt2"),
        *("pth", "rds", "safetensors", "sav", "tflite", "torchscript", "ubj", "weights"),
    }
)
DATA = frozenset(
    {
        *(
            "arrow",
            "avro",
            "csv",
            "db",
            "dta",
            "duckdb",
            "feather",
            "jsonl",
            "mat",
            "ndjson",
            "nc",
            "npy",
            "npz",
            "orc",
        ),
        *("parquet", "rdata", "rda", "sas7bdat", "sav", "sqlite", "sqlite3", "tfrecord", "tsv", "xls", "xlsx", "zarr"),
        *("7z", "gz", "tar", "tgz", "xz", "zip", "zst"),
    }
)
# Files that tools write for git, however long they become.
_FOR_GIT = ("dvc.lock", ".lock", "-lock.json", "-lock.yaml", "-lock.yml", ".dvc")
_KB = 1024


def main(argv: Sequence[str] | None = None) -> int:
    """Look at the size and the ending of each file given and return 1 if one belongs to DVC."""
    parser = argparse.ArgumentParser(prog="mlgate-data-in-git", description=__doc__)
    parser.add_argument("--max-kb", type=_size, default=500, metavar="N", help="of any file (default 500)")
    parser.add_argument("--max-data-kb", type=_size, default=20, metavar="N", help="of data and models (default 20)")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args(argv)
    problems = dict(problems_of(options.files, options.max_kb, options.max_data_kb))
    stored_apart = _in_lfs(list(problems)) if problems else frozenset[str]()
    said = [problem for name, problem in problems.items() if name not in stored_apart]
    take_all()
    for problem in said:
        print(plain(problem))
    return 1 if said else 0


def problems_of(names: Sequence[str], max_kb: int, max_data_kb: int) -> Iterator[tuple[str, str]]:
    """Yield each file that is too large to be in git, and what to do about it."""
    for name in names:
        try:
            about = Path(name).lstat()
        except FileNotFoundError:
            # Deleted, which is no reason to complain.
            continue
        except OSError as error:
            yield name, f"{printable(name)}: cannot be read: {error.strerror}"
            continue
        kind = _kind(name)
        most = min(max_kb, max_data_kb) if kind else max_kb
        if stat.S_ISREG(about.st_mode) and about.st_size > most * _KB and not name.endswith(_FOR_GIT):
            size = f"{-(-about.st_size // _KB):,} KB"
            yield name, f"{printable(name)}: {kind or 'a file'} of {size}, more than {most:,} KB; {_remedy(name)}"


def _kind(name: str) -> str:
    ending = Path(name).suffix[1:].lower()
    return "a model file" if ending in MODELS else "a data file" if ending in DATA else ""


def _remedy(name: str) -> str:
    named = f"./{name}" if name.startswith("-") else name
    if name.endswith(".ipynb"):
        return f"strip its outputs: {command('mlgate-notebooks', '--fix', named)}"
    if Path(f"{name}.dvc").is_file():
        return f"{code(f'{name}.dvc')} keeps it already: {command('git', 'rm', '--cached', named)}"
    return f"keep it with DVC: {command('git', 'rm', '--cached', named, then=('dvc', 'add', named))}"


def _in_lfs(names: list[str]) -> frozenset[str]:
    """Return the paths that Git LFS stores; nothing but `.gitattributes` says so, by rules that git knows best."""
    from mlgate.errors import MlgateError
    from mlgate.git import Git
    from mlgate.proc import Children

    try:
        said = Git(Path.cwd(), Children(os.environ)).run("check-attr", "-z", "filter", "--", *names)  # noqa: TID251
    except MlgateError:
        return frozenset()
    fields = os.fsdecode(said).split("\0")
    return frozenset(path for path, value in zip(fields[::3], fields[2::3], strict=False) if value == "lfs")


def _size(text: str) -> int:
    if not text.isdecimal() or len(text) > 12:
        raise argparse.ArgumentTypeError("a whole number of kilobytes is expected")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
