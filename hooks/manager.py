"""Find the plugins, load each so that a broken one harms nothing else, ask them through a typed façade."""

import importlib
import importlib.util
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Literal, Protocol, TypeVar

import pluggy
import structlog

from hooks import specs
from hooks.i18n import add_folder
from hooks.offers import Exporter, Importer
from hooks.viewer import Viewer

PACKAGE = Path(__file__).resolve().parent.parent / "plugins"
# Where plugins are looked for; tests look elsewhere.
HOME = PACKAGE
BUILT_IN = frozenset({"basics"})
GROUP = "carteira"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class PluginState:
    """A plugin and whether it works; `error` is one line, `feature` the plan's feature it belongs to."""

    name: str
    status: Literal["on", "off", "failed"]
    feature: str | None = None
    error: str | None = None
    home: Path | None = None


class _Offer(Protocol):
    @property
    def feature(self) -> str | None: ...


Offered = TypeVar("Offered", bound=_Offer)


class Plugins:
    """The loaded plugins. Ask them only through the methods here: the plan's gate is in `_open`, once.

    `broken` maps the name of a plugin that must not be loaded, such as one whose tables could not be made, to
    what is wrong with it.
    """

    def __init__(
        self,
        disabled: Iterable[str] = (),
        *,
        home: Path | None = None,
        safe_mode: bool = False,
        broken: Mapping[str, str] | None = None,
    ) -> None:
        self._pluggy = pluggy.PluginManager("carteira")
        self._pluggy.add_hookspecs(specs)
        self._broken = broken or {}
        self.states: list[PluginState] = []
        switched_off = frozenset(disabled) - BUILT_IN
        for name, folder in _folders(home or HOME):
            self._add(name, folder, off=name in switched_off or (safe_mode and name not in BUILT_IN))
        for point in () if safe_mode else entry_points(group=GROUP):
            self._add(point.name, None, off=point.name in switched_off, module=point.load)

    def importers(self, viewer: Viewer) -> list[Importer]:
        """Return the kinds of files that this viewer may load."""
        return self._open(viewer, self._pluggy.hook.importers())

    def exporters(self, viewer: Viewer) -> list[Exporter]:
        """Return the kinds of files in which this viewer may take contacts out."""
        return self._open(viewer, self._pluggy.hook.exporters())

    def migration_homes(self) -> dict[str, Path]:
        """Return the migrations of every plugin that works, on or off: a plan never hides schema."""
        return {
            state.name: state.home / "migrations"
            for state in self.states
            if state.home is not None and state.status != "failed"
        }

    def _open(self, viewer: Viewer, answers: Sequence[Sequence[Offered]]) -> list[Offered]:
        offers = [offer for answer in reversed(answers) for offer in answer]
        return [offer for offer in offers if offer.feature is None or offer.feature in viewer.features]

    def _add(self, name: str, folder: Path | None, *, off: bool, module: "Loader | None" = None) -> None:
        feature = None
        try:
            feature = _manifest(folder).get("feature") if folder else None
            if off:
                self.states.append(PluginState(name, "off", feature, home=folder))
                return
            if name in self._broken:
                self.states.append(PluginState(name, "failed", feature, self._broken[name], folder))
                return
            loaded = module() if module else _load(name, folder)
            self._pluggy.register(loaded, name)
            try:
                # A misspelt hook is an error of this plugin, and must not stop the next one.
                self._pluggy.check_pending()
            except pluggy.PluginValidationError:
                self._pluggy.unregister(loaded)
                raise
            if module is not None and loaded.__file__ is not None:
                add_folder(Path(loaded.__file__).parent / "locale")
        except Exception as error:  # noqa: BLE001 -- whatever a plugin does wrong is named, and harms nothing else
            line = f"{type(error).__name__}: {error}".splitlines()[0]
            log.warning("plugin failed", plugin=name, error=line)
            self.states.append(PluginState(name, "failed", feature, line, folder))
            return
        self.states.append(PluginState(name, "on", feature, home=folder))


class Loader(Protocol):
    """Import a plugin's module."""

    def __call__(self) -> ModuleType: ...


def migration_homes(home: Path | None = None) -> dict[str, Path]:
    """Return the folders of the plugins' migrations, without loading anything: cold commands ask too."""
    homes = {name: folder / "migrations" for name, folder in _folders(home or HOME)}
    return {name: path for name, path in homes.items() if (path / "versions").is_dir()}


def names() -> frozenset[str]:
    """Return the names of all plugins that are here, without loading any."""
    return frozenset(name for name, _folder in _folders(HOME)) | entry_points(group=GROUP).names


def _folders(home: Path) -> list[tuple[str, Path]]:
    found = [
        path for path in sorted(home.iterdir()) if path.is_dir() and not path.name.startswith((".", "__"))
    ]
    return [(path.name, path) for path in found]


def _manifest(folder: Path) -> dict[str, str]:
    return tomllib.loads((folder / "plugin.toml").read_text(encoding="utf-8"))


def _load(name: str, folder: Path | None) -> ModuleType:
    assert folder is not None
    if folder.parent == PACKAGE:
        return importlib.import_module(f"plugins.{name}.plugin")
    spec = importlib.util.spec_from_file_location(f"plugins.{name}.plugin", folder / "plugin.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder} has no plugin.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_started: list[Plugins] = []


def start(
    disabled: Iterable[str] = (), *, safe_mode: bool = False, broken: Mapping[str, str] | None = None
) -> Plugins:
    """Load the plugins of this process, in place of those loaded before."""
    _started[:] = [Plugins(disabled, safe_mode=safe_mode, broken=broken)]
    return _started[0]


def is_started() -> bool:
    """Say whether the plugins of this process are loaded."""
    return bool(_started)


def plugins() -> Plugins:
    """Return the plugins of this process; where nobody has started them, all of them."""
    return _started[0] if _started else start()
