"""Filters: one JSON expression for the grid, exports, bulk actions, the API and the command line.

`read` takes it in, `resolve` looks up its names, `holds` makes it a condition on `contact`, `source` tells where an
index has its contacts, `describe` says it in words.
"""

from services.filters.conditions import holds
from services.filters.expression import Condition, Expression, Group, Node, parse, read
from services.filters.fields import FIELDS, OPERATORS, FilterField
from services.filters.names import resolve
from services.filters.sources import Source, source
from services.filters.words import describe

__all__ = [
    "FIELDS", "OPERATORS", "Condition", "Expression", "FilterField", "Group", "Node", "Source", "describe",
    "holds", "parse", "read", "resolve", "source",
]  # fmt: skip
