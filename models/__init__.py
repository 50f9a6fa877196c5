"""The tables. Importing this package registers every table of the core."""

from models import act, bulk, change, contact, doors, export, import_undo, imports, people, segment, tag

__all__ = [
    "act", "bulk", "change", "contact", "doors", "export", "import_undo", "imports", "people", "segment", "tag",
]  # fmt: skip
