"""Plugins as the people who run Carteira handle them: start, list, switch off and on, write a new one."""

import keyword
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import inspect

from hooks import manager
from hooks.i18n import _
from hooks.manager import BUILT_IN, PluginState, migration_homes
from hooks.viewer import SYSTEM, Viewer
from models.doors import Kept
from services import permissions
from services.errors import NewerDatabase, NotFound, Refused
from services.migrate import CORE, migrate
from services.work import Work, engine, unit_of_work

DISABLED = "plugins.disabled"
LONGEST = 40
_VERSIONS = "alembic_version_"

log = structlog.get_logger(__name__)


@dataclass
class _Broken:
    """What is wrong with plugins whose migrations failed in this process."""

    errors: dict[str, str]


_broken = _Broken({})


def migrate_all() -> None:
    """Bring the core and every plugin to its newest revision; a plugin that fails at it harms nothing else.

    Raises NewerDatabase for a part that a newer version wrote.
    """
    migrate()
    _broken.errors.clear()
    for name, home in migration_homes().items():
        try:
            migrate({name: home})
        except NewerDatabase:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a plugin does wrong is named, and harms nothing else
            _broken.errors[name] = f"{type(error).__name__}: {error}".splitlines()[0]
            log.warning("migration of a plugin failed", plugin=name, error=type(error).__name__)


def start(*, safe_mode: bool = False) -> None:
    """Migrate, and load the plugins that are not switched off, unless this process has them already."""
    migrate_all()
    if not manager.is_started():
        manager.start(disabled(), safe_mode=safe_mode, broken=_broken.errors)
        for name in orphans():
            log.warning("tables of a plugin that is not here stay as they are", plugin=name)


def disabled() -> frozenset[str]:
    """Return the names of the plugins that are switched off."""
    with unit_of_work(SYSTEM) as work:
        return frozenset(_names(work))


def states(viewer: Viewer) -> list[PluginState]:
    """Return every plugin with its state, as a process that starts now would find it."""
    permissions.require(viewer, permissions.PLUGINS_MANAGE)
    found = manager.Plugins(disabled(), broken=_broken.errors).states
    return sorted(found, key=lambda state: (state.name not in BUILT_IN, state.name))


def switch(viewer: Viewer, name: str, *, on: bool) -> None:
    """Switch a plugin on or off, from the next start on.

    Raises NotFound for a name that no plugin has, Refused for a built-in one.
    """
    permissions.require(viewer, permissions.PLUGINS_MANAGE)
    if name not in manager.names():
        raise NotFound("no_such_plugin", _("There is no plugin called {name}.").format(name=name))
    if name in BUILT_IN:
        raise Refused("built_in", _("{name} is built in and stays on.").format(name=name))
    with unit_of_work(viewer, write=True) as work:
        names = _names(work)
        work.session.merge(
            Kept(key=DISABLED, value={"names": sorted(names - {name} if on else names | {name})})
        )
        work.act("system", plugin=name, on=on)


def orphans() -> Sequence[str]:
    """Return the plugins that have tables here but are not installed; their tables stay."""
    here = manager.names() | {CORE}
    tables = inspect(engine()).get_table_names()
    had = [table.removeprefix(_VERSIONS) for table in tables if table.startswith(_VERSIONS)]
    return [name for name in sorted(had) if name not in here]


def _names(work: Work) -> set[str]:
    kept = work.session.get(Kept, DISABLED)
    return set(kept.value["names"]) if kept else set()


# --- a new one


def new(viewer: Viewer, name: str, home: Path | None = None) -> Path:
    """Write plugins/NAME/, a plugin that works with a test that passes, and touch nothing else.

    Raises Refused for a name that is none or that is taken.
    """
    permissions.require(viewer, permissions.PLUGINS_MANAGE)
    fits = name.isascii() and name.isidentifier() and name.islower() and len(name) <= LONGEST
    if not fits or keyword.iskeyword(name) or name == CORE:
        raise Refused(
            "bad_name",
            _("A plugin is named with small letters, digits and _, as Python names a module."),
        )
    folder = (home or manager.HOME) / name
    if folder.exists() or name in manager.names():
        raise Refused("name_known", _("There is a plugin called {name} already.").format(name=name))
    for file, text in TEMPLATE.items():
        path = folder / file.format(name=name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("NAME", name), encoding="utf-8")
    return folder


TEMPLATE = {
    "plugin.toml": """\
# What Carteira knows of this plugin before it loads it.
title = "NAME"
description = "Contacts as a file of plain lines"
""",
    "plugin.py": '''\
"""Contacts as a file of plain lines: one line a contact, its filled cells one after the other."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from hooks import hookimpl
from hooks.offers import Exporter


def write(target: Path, header: Sequence[str], rows: Iterable[Sequence[str]], *, exact: bool = False) -> int:
    """Write the rows and return how many there were."""
    count = 0
    with target.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(" · ".join(cell for cell in row if cell) + "\\n")
            count += 1
    return count


@hookimpl
def exporters() -> list[Exporter]:
    """Offer the file under the ending .NAME."""
    return [Exporter(name="NAME", ending="NAME", media_type="text/plain", write=write)]
''',
    "README.md": """\
# NAME

`carteira export people.NAME` writes one line a contact. What else a plugin can do: docs/plugin-hooks.md.

    .venv/bin/pytest plugins/NAME
""",
    "tests/test_{name}.py": '''\
"""What the plugin NAME does."""

from pathlib import Path

from hooks.manager import Plugins
from hooks.viewer import SYSTEM


def test_contacts_come_out_as_plain_lines(tmp_path: Path) -> None:
    plugins = Plugins(home=Path(__file__).parents[2])
    exporter = next(offer for offer in plugins.exporters(SYSTEM) if offer.name == "NAME")
    target = tmp_path / "people.NAME"
    assert exporter.write(target, ["First Name", "Email"], [["Ana", "ana@example.com"], ["Bob", ""]]) == 2
    assert target.read_text(encoding="utf-8") == "Ana · ana@example.com\\nBob\\n"
''',
}
