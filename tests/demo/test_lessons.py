"""The lessons: each is about one check, and its edits fit the example as it is."""

from __future__ import annotations

import pytest

from mlgate.checks import BUILTIN
from mlgate.demo.lessons import LESSONS, Edit, Lesson
from mlgate.demo.world import find_example

each_lesson = pytest.mark.parametrize("lesson", [pytest.param(lesson, id=lesson.name) for lesson in LESSONS])


@each_lesson
def test_edits__change_the_example(lesson: Lesson) -> None:
    assert lesson.edits or lesson.by_hand
    for edit in (*lesson.edits, *lesson.by_hand):
        before = (find_example() / edit.path).read_text(encoding="utf-8")
        assert edit.apply(before) != before


@each_lesson
def test_blocked_by__names_checks_that_exist(lesson: Lesson) -> None:
    assert set(lesson.blocked_by) <= set(BUILTIN)


@each_lesson
def test_lesson__is_told_in_one_line_of_a_terminal(lesson: Lesson) -> None:
    assert len(lesson.lesson) <= 110
    assert "\n" not in lesson.lesson


def test_lessons__each_has_a_branch_of_its_own() -> None:
    assert len({lesson.branch for lesson in LESSONS}) == len(LESSONS)


@pytest.mark.parametrize(
    "text", [pytest.param("trees: 200\n", id="not there"), pytest.param("seed: 1\nseed: 1\n", id="there twice")]
)
def test_apply__refuses_what_is_not_there_once(text: str) -> None:
    with pytest.raises(ValueError, match=r"^params\.yaml: 'seed: 1' stands there"):
        Edit("params.yaml", "seed: 1", "seed: 2").apply(text)
