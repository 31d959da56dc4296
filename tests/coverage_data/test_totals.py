"""The totals of coverage reports, as coverage.py writes them, and what is no report."""

from __future__ import annotations

import pytest

from mlgate.coverage_data.totals import CoverageError, read_total

JSON = '{"meta": {"format": 3}, "files": {}, "totals": {"covered_lines": 5, "percent_covered": 80.0}}'
XML = (
    '<?xml version="1.0" ?>\n<coverage version="7.17" lines-valid="6" lines-covered="5" line-rate="0.8333"'
    ' branches-covered="3" branches-valid="4" branch-rate="0.75" complexity="0">\n<!-- cut short -->'
)


@pytest.mark.parametrize(
    ("name", "content", "share"),
    [
        pytest.param("coverage.json", JSON, 0.8, id="json"),
        pytest.param("coverage.json", '{"totals": {"percent_covered": 100}}', 1.0, id="json cut down to its total"),
        # coverage.py counts lines and branches together: (5 + 3) of (6 + 4).
        pytest.param("coverage.xml", XML, 0.8, id="xml"),
        pytest.param("coverage.xml", '<coverage lines-valid="4" lines-covered="1"/>', 0.25, id="xml without branches"),
        pytest.param(
            "coverage.xml",
            '<!DOCTYPE coverage SYSTEM "coverage-04.dtd"><coverage lines-valid="4" lines-covered="1"/>',
            0.25,
            id="xml with a document type",
        ),
    ],
)
def test_read__share(name, content, share):
    assert read_total(content.encode(), name).share == share


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("coverage.json", "", "it has no `totals`", id="empty"),
        pytest.param("coverage.json", "[]", "it has no `totals`", id="a list"),
        pytest.param("coverage.json", '{"totals": {"percent_covered": "80"}}', "it has no `totals`", id="text"),
        pytest.param("coverage.json", '{"totals": {"percent_covered": NaN}}', "it has no `totals`", id="not a number"),
        pytest.param("coverage.json", '{"totals": {"percent_covered": 170}}', "not between 0 and 100", id="too much"),
        pytest.param("coverage.json", b"\xff\xfe".decode("latin-1"), "it has no `totals`", id="not UTF-8"),
        pytest.param("coverage.xml", "", "it is no XML report", id="empty xml"),
        pytest.param("coverage.xml", "<html/>", "it is no XML report", id="other xml"),
        pytest.param("coverage.xml", "<coverage/>", "does not say how many", id="without counts"),
        pytest.param("coverage.xml", '<coverage lines-valid="4" lines-covered="5"/>', "contradict", id="more than all"),
        pytest.param("coverage.xml", '<coverage lines-valid="0" lines-covered="0"/>', "contradict", id="none of none"),
        pytest.param(
            "coverage.xml", '<!DOCTYPE a [<!ENTITY b "c">]><coverage lines-valid="&b;"/>', "entities", id="entities"
        ),
    ],
)
def test_read__refuses(name, content, said):
    with pytest.raises(CoverageError, match=said):
        read_total(content.encode(), name)
