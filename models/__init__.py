"""The tables. Importing this package registers every table of the core."""

from models import (
    act,
    bulk,
    change,
    contact,
    doors,
    export,
    import_mapping,
    import_undo,
    imports,
    people,
    segment,
    tag,
)  # fmt: skip

__all__ = [
    "act", "bulk", "change", "contact", "doors", "export", "import_mapping", "import_undo", "imports", "people",
    "segment", "tag",
]  # fmt: skip
