"""Claims: a block or value that its source contradicts is found, and nothing else is."""

from __future__ import annotations

import pytest

from mlgate.readme.claims import Claim, judge
from mlgate.readme.fix import fix_text
from mlgate.readme.layout import layout
from mlgate.readme.parse import parse
from mlgate.readme.sources import Sources
from mlgate.report import Severity
from mlgate.text import plain

SOURCES = Sources({"params.yaml": b"train: {lr: 0.1, depth: 8}", "m.json": b'{"auc": 0.91234}'}.get)
TABLE = """\
<!-- mlgate:begin train from=params.yaml#train -->
| parameter | value |
| --- | --- |
| lr | 0.1 |
| depth | 8 |
<!-- mlgate:end train -->
"""
# The beginning of the SHA-256 of the form and the rows, line by line.
SUM = "7f34013c"


def claims(text: str) -> list[Claim]:
    readme = parse(text)
    return list(judge(readme.lines, layout(readme), SOURCES))


def sealed(text: str, digest: str) -> str:
    return text.replace("end train -->", f"end train sum={digest} -->")


def seal_of(text: str) -> str:
    (claim,) = claims(text)
    return claim.edits[0].text.partition("sum=")[2].partition(" ")[0]


def test_true__quiet() -> None:
    text = TABLE + "\nAUC <!-- mlgate:value m.json#auc fmt=.2f -->0.91<!-- /mlgate -->\n"
    assert [claim.rule for claim in claims(sealed(text, seal_of(TABLE)))] == [None, None]


def test_sum__does_not_change_from_version_to_version() -> None:
    assert seal_of(TABLE) == seal_of(TABLE.replace("| lr |", "|  lr  |").replace("\n", "\r\n"))
    assert seal_of(TABLE) == SUM


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("| 8 |", "| 8     |", id="cells padded"),
        pytest.param("| parameter | value |", "| Parameter | Wert |", id="head renamed"),
        pytest.param("train -->\n|", "train -->\n\n|", id="blank line above the table"),
    ],
)
def test_block__a_formatter_is_no_edit(old: str, new: str) -> None:
    (claim,) = claims(sealed(TABLE, SUM).replace(old, new, 1))
    assert claim.rule is None


def test_block__another_form_asked_for_is_no_edit_by_hand() -> None:
    (claim,) = claims(sealed(TABLE, SUM).replace("#train -->", "#train as=list -->"))
    assert (claim.rule, claim.is_forced) == ("block", False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(TABLE.replace("| 8 |", "| 6 |"), "differs from params.yaml#train: 1 line", id="other value"),
        pytest.param(TABLE.replace("| depth | 8 |\n", ""), "differs from params.yaml#train: 1 line", id="row missing"),
        pytest.param(
            "\n".join(TABLE.split("\n")[i] for i in (0, 5, 6)),
            "differs from params.yaml#train: it is empty",
            id="empty",
        ),
        pytest.param(
            TABLE.replace("| --- | --- |\n", ""), "differs from params.yaml#train: it holds no table", id="no table"
        ),
    ],
)
def test_block__differs(text: str, message: str) -> None:
    (claim,) = claims("# Title\n\n" + text)
    assert (claim.rule, claim.severity, claim.line) == ("block", Severity.ERROR, 3)
    assert plain(claim.message) == f"the block train {message}"
    assert claim.hint == "run `mlgate readme --fix`"


def test_block__the_detail_is_the_diff() -> None:
    (claim,) = claims(TABLE.replace("| 8 |", "| 6 |"))
    assert claim.detail == (
        "--- in the README\n+++ params.yaml#train\n@@ -1,2 +1,2 @@\n | lr | 0.1 |\n-| depth | 6 |\n+| depth | 8 |"
    )


def test_block__edited_by_hand() -> None:
    (claim,) = claims(sealed(TABLE, SUM).replace("| 8 |", "| 6 |"))
    assert (claim.rule, claim.severity, claim.is_forced) == ("block-edited", Severity.ERROR, True)
    assert "--force" in (claim.hint or "")


def test_block__edited_by_hand_but_true_only_warns() -> None:
    (claim,) = claims(sealed(TABLE, "00000000"))
    assert (claim.rule, claim.severity, claim.is_forced) == ("block-edited", Severity.WARNING, False)


def test_block__source_changed_since_it_was_sealed() -> None:
    six = TABLE.replace("| 8 |", "| 6 |")
    older = Sources({"params.yaml": b"train: {lr: 0.1, depth: 6}"}.get)
    (claim,) = claims(fix_text(six, older))
    assert (claim.rule, claim.is_forced) == ("block", False)


def test_value__differs() -> None:
    (claim,) = claims("a\nb <!-- mlgate:value m.json#auc -->0.90<!-- /mlgate -->")
    assert (claim.rule, claim.line, claim.subject) == ("value", 2, "m.json#auc")
    assert plain(claim.message) == "m.json#auc is 0.91, and the text says 0.90"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TABLE.replace("params.yaml#train", "params.yaml#tarin"), id="block with a missing key"),
        pytest.param(TABLE.replace("params.yaml#train", "param.yaml#train"), id="block with a missing file"),
        pytest.param(TABLE.replace("params.yaml#train", "params.yaml#train.lr"), id="block of a single value"),
        pytest.param("<!-- mlgate:value m.json -->1<!-- /mlgate -->", id="value of a whole file"),
        pytest.param("<!-- mlgate:value ../m.json#auc -->1<!-- /mlgate -->", id="value from outside"),
    ],
)
def test_source__is_an_error_at_the_marker(text: str) -> None:
    (claim,) = claims("\n\n" + text)
    assert (claim.rule, claim.severity, claim.line, claim.edits) == ("source", Severity.ERROR, 3, ())


# Forms that are made of a whole file.

GENERATED = Sources(
    {
        "dvc.yaml": b"stages: {a: {cmd: x, outs: [d]}, b: {cmd: x, deps: [d]}}",
        "c.py": b"class C(Model):\n    a: int = Field(isin=['x|y'], description='*a*')\n",
        "f.py": b"FEATURES = ['lag', 'mean_7d']\ndef lag(): ...\ndef mean_7d(): ...\n",
    }.get
)


@pytest.mark.parametrize(
    ("marker", "body"),
    [
        pytest.param(
            "from=dvc.yaml as=graph",
            '```mermaid\nflowchart TD\n    s1["a"]\n    s2["b"]\n    s1 --> s2\n```\n',
            id="graph",
        ),
        pytest.param(
            "from=c.py:C as=dictionary",
            "| column | type | missing values | checks | description |\n| --- | --- | --- | --- | --- |\n"
            "| a | int | no | `isin=['x\\|y']` | `*a*` |\n",
            id="dictionary",
        ),
        pytest.param("from=f.py#names as=list", "- FEATURES\n- lag\n- mean_7d\n", id="names"),
        pytest.param("from=f.py#FEATURES as=list", "- lag\n- mean_7d\n", id="constant of Python"),
    ],
)
def test_block__generated(marker: str, body: str) -> None:
    text = f"# A\n\n<!-- mlgate:begin x {marker} -->\n{{}}<!-- mlgate:end x -->\n"
    fixed = fix_text(text.format(""), GENERATED)
    assert fixed.partition(" -->\n")[2].partition("<!--")[0] == body
    readme = parse(fixed)
    assert [claim.rule for claim in judge(readme.lines, layout(readme), GENERATED)] == [None]
    assert fix_text(fixed, GENERATED) == fixed


def test_block__a_dictionary_keeps_the_names_of_its_columns() -> None:
    head = "| Spalte | Typ | leer | Regeln | Worte |\n|:--|---|---|---|---|\n"
    text = f"<!-- mlgate:begin x from=c.py:C as=dictionary -->\n{head}<!-- mlgate:end x -->\n"
    assert head in fix_text(text, GENERATED)


@pytest.mark.parametrize("marker", ["from=f.py as=graph", "from=c.py:D as=dictionary", "from=gone.py#names as=list"])
def test_block__generated_from_what_is_not_there(marker: str) -> None:
    readme = parse(f"<!-- mlgate:begin x {marker} -->\n<!-- mlgate:end x -->\n")
    (claim,) = judge(readme.lines, layout(readme), GENERATED)
    assert claim.rule == "source"
