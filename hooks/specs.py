"""The hooks that run without a screen. Each returns what the plugin offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from hooks.offers import Exporter, Importer

hookspec = pluggy.HookspecMarker("carteira")


@hookspec
def importers() -> list[Importer]:
    """Kinds of files that can be loaded. The first importer whose `fits` says yes reads the file."""


@hookspec
def exporters() -> list[Exporter]:
    """Kinds of files in which contacts can be taken out, found by the ending of the file's name."""
