"""Undo of an import: what it made goes to the bin, what it changed goes back, what somebody changed since is left."""
