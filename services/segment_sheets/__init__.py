"""Segments by sheet: a file with a segment a row, its links and its switch, read, reviewed, carried out, written."""
