"""A list of ids, or of texts, as one parameter of a statement, however long it is."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Select, Text, cast, func, literal, select

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
