"""The contract between core and plugins."""

import pluggy

hookimpl = pluggy.HookimplMarker("carteira")

__all__ = ["hookimpl"]
