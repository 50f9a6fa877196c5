"""The tables. Importing this package registers every table of the core."""

from models import act, change, contact, doors, export, imports, people, segment, tag

__all__ = ["act", "change", "contact", "doors", "export", "imports", "people", "segment", "tag"]
