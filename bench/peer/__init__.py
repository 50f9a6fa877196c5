"""django-import-export, used as its documentation advises: an application of Django's that loads the same file.

It lives in an environment of its own, in which nothing of Carteira is installed, and imports nothing of Carteira's.
What its documentation says of speed ("Bulk imports: performance tuning"), and what is done of it:

- `use_bulk`: measured both ways, since "bulk operations do not work with many-to-many relationships": no segments.
  What a batch has not written yet is not found either, so rows of a person who came before are passed over.
- `CachedInstanceLoader`, where what exists fits into memory: measured both ways.
- `skip_diff`, where the differences are not needed: measured both ways. Carteira keeps them of every row.
- `batch_size` as it is by itself: it calls `None` worse in every test.
- a widget that does not read related rows anew for every row: resources.Names.
- history: the entries that its own admin pages write of every row (admin.ImportMixin.generate_log_entries).

Beyond it: a cell is judged once however often the library asks for it; one transaction for the whole file; SQLite
with a write-ahead log and the same safety as Carteira; no index that has to be unique. There is no search index, no
folding of names, no matching but by phone, and nothing to undo.
"""
