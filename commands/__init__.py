"""The commands of `carteira`, a file a group. Each parses, calls one use case, and shows what it returns."""
