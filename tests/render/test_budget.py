from __future__ import annotations

import pytest

from mlgate.render.budget import Block, fit

ROWS = [f"{number:04d}\n" for number in range(100)]


def test_fit__all_of_it_where_there_is_room() -> None:
    assert fit([Block("a\n"), Block("b\n", ["c\n"], "d\n")], 1_000) == "a\nb\nc\nd\n"


def test_fit__cuts_between_rows_and_counts_the_rest() -> None:
    text = fit([Block("head\n", ROWS, "tail\n", "… {} more\n")], 100, spare=0)
    kept = [row for row in ROWS if row in text]
    assert text == "head\n" + "".join(kept) + f"… {100 - len(kept)} more\ntail\n"
    assert 90 < len(text) <= 100


def test_fit__a_block_without_room_is_counted_and_later_ones_still_come() -> None:
    text = fit([Block("x" * 500), Block("small\n"), Block("y" * 500)], 300)
    assert text == "small\n\n… and 2 more sections in the full report\n"


@pytest.mark.parametrize("limit", range(0, 1_200, 37))
def test_fit__never_more_than_the_limit(limit: int) -> None:
    blocks = [Block("head\n", ROWS, "tail\n"), Block("x" * 50), Block("", ROWS)]
    assert len(fit(blocks, limit)) <= max(limit, 60)
