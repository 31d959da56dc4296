"""Anchors: the ones that GitHub makes."""

from __future__ import annotations

import pytest

from mlgate.readme.anchors import Slugs, normal_anchor, slug


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        pytest.param("Install", "install", id="one word"),
        pytest.param("Data sources and schedule", "data-sources-and-schedule", id="spaces are hyphens"),
        pytest.param("Train & deploy", "train--deploy", id="a removed character leaves two hyphens"),
        pytest.param("`max_depth` (int)", "max_depth-int", id="underscore stays, other punctuation goes"),
        pytest.param("What's new in 1.2?", "whats-new-in-12", id="apostrophe, dot, question mark"),
        pytest.param("🚀 Launch", "-launch", id="emoji goes, its space stays"),
        pytest.param(":rocket: Launch", "rocket-launch", id="short name of an emoji"),
        pytest.param("Überblick für Ärzte", "überblick-für-ärzte", id="letters of any language"),
        pytest.param("数据 来源", "数据-来源", id="letters without case"),
        pytest.param("10 m²", "10-m", id="a superscript is no digit"),
        pytest.param("a\u00a0b", "ab", id="only a plain space becomes a hyphen"),
    ],
)
def test_slug__as_github_makes_it(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor


def test_slugs__a_heading_that_comes_again_is_numbered() -> None:
    slugs = Slugs()
    assert [slugs.of(text) for text in ("Setup", "Usage", "setup", "Setup!")] == [
        "setup",
        "usage",
        "setup-1",
        "setup-2",
    ]


def test_normal_anchor__case_and_invisible_parts_do_not_count() -> None:
    assert normal_anchor("user-content-\ufe0f-Config") == normal_anchor("-config")
