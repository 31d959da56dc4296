"""Contracts in Python: which are found, and why others cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlgate.data.loading import load_contract
from mlgate.data.messages import Refusal, Refused, RefusedError

HEAD = "import pandera.pandas as pa\n"
MODEL = HEAD + "class Sales(pa.DataFrameModel):\n    price: float\n"

pytestmark = pytest.mark.usefixtures("forget_modules")


def write(tmp_path: Path, text: str | bytes, name: str = "some_contract.py") -> Path:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def refused(tmp_path: Path, text: str | bytes, name: str | None = None) -> Refused:
    with pytest.raises(RefusedError) as caught:
        load_contract(write(tmp_path, text), name, tmp_path)
    return caught.value.event


@pytest.mark.parametrize(
    ("text", "name", "found", "engine"),
    [
        pytest.param(MODEL, None, "Sales", "pandas", id="the only model"),
        pytest.param(MODEL, "Sales", "Sales", "pandas", id="model by name"),
        pytest.param(
            MODEL + "class _Base(pa.DataFrameModel):\n    a: int\n", None, "Sales", "pandas", id="private base"
        ),
        pytest.param(HEAD + 'S = pa.DataFrameSchema({"a": pa.Column(int)})\n', None, "S", "pandas", id="schema object"),
        pytest.param(
            HEAD + "S = pa.DataFrameSchema(checks=pa.Check(lambda df: df.a > 0))\n",
            None,
            "S",
            "pandas",
            id="only checks",
        ),
        pytest.param(HEAD + "S = pa.DataFrameSchema(dtype=float)\n", None, "S", "pandas", id="only a dtype"),
        pytest.param(
            "import pandera.polars as pa\nclass P(pa.DataFrameModel):\n    a: int\n", None, "P", "polars", id="polars"
        ),
        pytest.param(
            b"\xef\xbb\xbf" + MODEL.replace("\n", "\r\n").encode(), None, "Sales", "pandas", id="from Windows"
        ),
    ],
)
def test_load_contract__found(tmp_path: Path, text: str | bytes, name: str | None, found: str, engine: str) -> None:
    contract = load_contract(write(tmp_path, text), name, tmp_path)
    assert (contract.name, contract.engine) == (found, engine)


def test_load_contract__imports_its_neighbours_as_a_package_does(tmp_path: Path) -> None:
    write(tmp_path, "LIMIT = 5\n", "some_contracts/limits.py")
    path = write(tmp_path, "from .limits import LIMIT\n" + MODEL, "some_contracts/sales.py")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tmp_path))
        assert load_contract(path, None, tmp_path).name == "Sales"


def test_load_contract__annotations_as_text(tmp_path: Path) -> None:
    contract = load_contract(write(tmp_path, "from __future__ import annotations\n" + MODEL), None, tmp_path)
    assert list(contract.schema.columns) == ["price"]


def test_load_contract__imported_models_are_not_its_own(tmp_path: Path) -> None:
    write(tmp_path, MODEL, "shared_sales.py")
    text = "from shared_sales import Sales\n" + HEAD + "class Mine(Sales):\n    extra: int\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tmp_path))
        assert load_contract(write(tmp_path, text), None, tmp_path).name == "Mine"
        assert load_contract(write(tmp_path, text), "Sales", tmp_path).name == "Sales"


@pytest.mark.parametrize(
    ("text", "name", "reason", "line"),
    [
        pytest.param("LIMIT = 5\n", None, Refusal.NO_SCHEMA, None, id="no schema"),
        pytest.param(
            MODEL + "class T(pa.DataFrameModel):\n    a: int\n", None, Refusal.SEVERAL, None, id="two schemas"
        ),
        pytest.param(MODEL, "Sale", Refusal.NO_SUCH_NAME, None, id="name missing"),
        pytest.param(MODEL + "Limit = 5\n", "Limit", Refusal.NOT_A_SCHEMA, None, id="name of something else"),
        pytest.param(HEAD + "class S(\n    a: int\n", None, Refusal.SYNTAX, 2, id="syntax error"),
        pytest.param(b"x = '\xff'\n", None, Refusal.SYNTAX, 1, id="not UTF-8"),
        pytest.param(HEAD + "\nraise ValueError('no\\nmore')\n", None, Refusal.RAISED, 3, id="raises"),
        pytest.param(HEAD + "import sys\nsys.exit(2)\n", None, Refusal.EXITED, 3, id="exits"),
        pytest.param(HEAD + "import not_installed_here.sub\n", None, Refusal.NOT_INSTALLED, 2, id="import missing"),
        pytest.param(
            HEAD + "class S(pa.DataFrameModel):\n    pass\n", None, Refusal.CHECKS_NOTHING, None, id="no columns"
        ),
        pytest.param(
            HEAD + "S = pa.DataFrameSchema(strict=True)\n", None, Refusal.CHECKS_NOTHING, None, id="only strict"
        ),
        pytest.param(
            HEAD + 'class S(pa.DataFrameModel):\n    a: "flaot"\n', None, Refusal.RAISED, 2, id="unknown type"
        ),
        pytest.param(
            HEAD + 'S = pa.DataFrameSchema({"a": pa.Column("flaot")})\n', None, Refusal.RAISED, 2, id="unknown dtype"
        ),
    ],
)
def test_load_contract__refuses(
    tmp_path: Path, text: str | bytes, name: str | None, reason: Refusal, line: int | None
) -> None:
    found = refused(tmp_path, text, name)
    assert (found.reason, found.line) == (reason, line)


def test_load_contract__names_what_it_holds(tmp_path: Path) -> None:
    assert refused(tmp_path, MODEL + "class T(pa.DataFrameModel):\n    a: int\n").known == ("Sales", "T")


def test_load_contract__says_the_first_line_of_the_exception(tmp_path: Path) -> None:
    assert refused(tmp_path, "raise ValueError('no\\nmore')\n").said == "ValueError: no"


def test_load_contract__points_into_the_project_where_that_raised(tmp_path: Path) -> None:
    write(tmp_path, "\nLIMIT = 1 / 0\n", "some_settings.py")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tmp_path))
        found = refused(tmp_path, "import some_settings\n" + MODEL)
    assert (found.reason, found.path, found.line) == (Refusal.RAISED, "some_settings.py", 2)


def test_load_contract__a_part_of_the_project_that_is_missing_is_no_package_to_install(tmp_path: Path) -> None:
    write(tmp_path, "", "some_package/__init__.py")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tmp_path))
        found = refused(tmp_path, "import some_package.gone\n" + MODEL)
    assert (found.reason, found.said) == (Refusal.RAISED, "ModuleNotFoundError: No module named 'some_package.gone'")
