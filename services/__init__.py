"""Use cases: plain functions that take a viewer and a command and return plain data."""
