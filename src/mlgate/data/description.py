"""What a contract says, as facts that two versions of it can be compared by; the worker fills them in."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Text = Annotated[str, Meta(max_length=2_000)]
_Value = float | bool | Text | None
Values = Annotated[tuple[_Value, ...], Meta(max_length=2_000)]


class Term(Struct, frozen=True, kw_only=True):
    """One check: its name, how it reads, and its values by name, those that are no numbers as text.

    `code` is the hash of the function of a check of the contract's own; `warns` says that it only warns.
    """

    name: Text
    shown: Text
    values: Annotated[dict[str, _Value | Values], Meta(max_length=20)] = {}
    code: Text = ""
    warns: bool = False


Terms = Annotated[tuple[Term, ...], Meta(max_length=200)]


class Stated(Struct, frozen=True, kw_only=True):
    """What a contract states of one column, or of all that match a pattern."""

    dtype: Text = ""
    nullable: bool = False
    unique: bool = False
    required: bool = True
    coerce: bool = False
    terms: Terms = ()


class Described(Struct, frozen=True, kw_only=True):
    """A whole contract: its columns, what holds for whole rows, what is unique together, and the set of columns."""

    columns: Annotated[dict[str, Stated], Meta(max_length=10_000)] = {}
    terms: Terms = ()
    unique: Annotated[tuple[tuple[Text, ...], ...], Meta(max_length=100)] = ()
    strict: bool = False
    ordered: bool = False
