"""The lines of a generated block, made from its source in the form that its marker asks for."""

from __future__ import annotations

from mlgate.documents import DocumentError
from mlgate.readme import forms
from mlgate.readme.cells import written
from mlgate.readme.said import Block
from mlgate.readme.sources import SourceError, Sources
from mlgate.text import amount, code


def make(block: Block, sources: Sources, body: list[str]) -> list[str]:
    """Return the lines of a block; raises `SourceError` where they cannot be made.

    The two head lines of a table that stands in `body` are kept, for people name them.
    """
    if block.form == "graph":
        return _graph(block.source, sources)
    if block.form == "dictionary":
        return _dictionary(block.source, sources, body)
    return forms.write(sources.value(block.source), block.form, block.fmt, block.source, body)


def _graph(source: str, sources: Sources) -> list[str]:
    from mlgate.readme.graph import stage_graph

    sources.content(source)
    return ["```mermaid", *stage_graph(source, sources.read), "```"]


def _dictionary(source: str, sources: Sources, body: list[str]) -> list[str]:
    from mlgate.readme.dictionary import HEADS, columns_of

    path, _, name = source.partition(":")
    data = sources.content(path)
    try:
        columns = columns_of(data, path, name)
    except DocumentError as error:
        error.at(path)
        raise SourceError(f"{code(error.where)}: {error.message}", hint=error.hint) from None
    if len(columns) > forms.MAX_ROWS:
        raise SourceError(f"the contract has {amount(len(columns), 'column')}, too many to read")
    rows = [[written(text) if text else "" for text in column] for column in columns]
    return forms.table(HEADS, rows, body)
