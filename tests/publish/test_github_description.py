"""The judge itself: what GitHub's description forbids is noticed, so that a green test means something."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import ValidationError

from publish.github_description import check_answer, check_request, find, sample

COMMENTS = "/repos/o/r/issues/7/comments"
JSON = "application/json"


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        pytest.param("GET", COMMENTS, {"per_page": "100", "since": "2026-01-01T00:00:00Z"}, None, id="list"),
        pytest.param("POST", COMMENTS, {}, {"body": "x"}, id="create"),
        pytest.param("DELETE", "/repos/o/r/issues/comments/1", {}, None, id="delete"),
    ],
)
def test_check_request__quiet(method: str, path: str, query: dict[str, str], body: Any) -> None:
    _, operation, values = find(method, path)
    check_request(operation, values, query, body, JSON)


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        pytest.param("GET", "/repos/o/r/comments/7", {}, None, id="no such path"),
        pytest.param("PUT", COMMENTS, {}, None, id="no such method"),
        pytest.param("GET", COMMENTS, {"sort": "updated"}, None, id="no such parameter"),
        pytest.param("GET", "/repos/o/r/issues/x/comments", {}, None, id="a word for a number"),
        pytest.param("POST", COMMENTS, {}, {"text": "x"}, id="another key"),
        pytest.param("POST", COMMENTS, {}, {"body": 5}, id="another type"),
        pytest.param("DELETE", "/repos/o/r/issues/comments/1", {}, {"body": "x"}, id="a body too many"),
        pytest.param("POST", "/repos/o/r/rulesets", {}, {"name": "x", "enforcement": "often"}, id="no such value"),
    ],
)
def test_check_request__fires(method: str, path: str, query: dict[str, str], body: Any) -> None:
    with pytest.raises((LookupError, ValueError, ValidationError)):
        _, operation, values = find(method, path)
        check_request(operation, values, query, body, JSON)


def test_check_answer__what_github_says() -> None:
    _, operation, _ = find("GET", COMMENTS)
    check_answer(operation, 200, [sample("issue-comment", user=None)])
    for wrong in ({}, [{}], [sample("issue-comment", id="x")]):
        with pytest.raises(ValidationError):
            check_answer(operation, 200, wrong)
