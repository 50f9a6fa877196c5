"""A list of ids, or of texts, as one parameter of a statement, however long it is."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, Text, any_, cast, func, literal, select

from services.work import Work


def among(work: Work, ids: Iterable[int]) -> Select[Any]:
    """Return a select of `ids`, for `column.in_(among(work, ids))`."""
    if work.on_sqlite:
        return select(func.json_each(json.dumps(list(ids))).table_valued("value").c.value)
    return select(func.unnest(cast(literal(list(ids), ARRAY(BigInteger)), ARRAY(BigInteger))))


def among_texts(work: Work, texts: Iterable[str]) -> Select[Any]:
    """Return a select of `texts`, as `among` does of ids."""
    if work.on_sqlite:
        return select(func.json_each(json.dumps(list(texts))).table_valued("value").c.value)
    return select(func.unnest(cast(literal(list(texts), ARRAY(Text)), ARRAY(Text))))


def within(work: Work, column: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """Return the condition that a column is one of `ids`, where a table is gone through for thousands of them.

    Of a select PostgreSQL thinks that it holds a handful, and may go through all of it for every row.
    """
    if work.on_sqlite:
        chosen: ColumnElement[bool] = column.in_(among(work, ids))
        return chosen
    held: ColumnElement[bool] = column == any_(literal(list(ids), ARRAY(BigInteger)))
    return held
