"""One README at one side of the comparison."""

from __future__ import annotations

from msgspec import Struct

from mlgate import documents
from mlgate.documents import DocumentError
from mlgate.readme.layout import layout
from mlgate.readme.parse import Readme, parse
from mlgate.readme.said import Layout


class Page(Struct, frozen=True, kw_only=True):
    """A README: its path from the repository's root, its bytes, taken apart, and what its markers say."""

    path: str
    data: bytes
    readme: Readme
    said: Layout

    @property
    def is_empty(self) -> bool:
        """Return whether it holds nothing but blanks."""
        return not self.readme.lines.text.strip()


def read_page(path: str, data: bytes) -> Page:
    """Return the README that these bytes are; raises `DocumentError` with its place when they are no text."""
    try:
        readme = parse(documents.decode(data))
    except DocumentError as error:
        raise error.at(path) from None
    return Page(path=path, data=data, readme=readme, said=layout(readme))
