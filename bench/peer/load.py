"""Load a file by django-import-export and print how long it took: `python -m bench.peer.load '{"file": …}'`."""

import json
import sys
from pathlib import Path
from time import perf_counter, process_time
from types import SimpleNamespace
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command


def measure(
    file: str, before: str, folder: str, socket: str | None, segments: list[str], way: dict[str, Any]
) -> dict[str, Any]:
    """Return the seconds from the opening of the file to the last entry of history, and what became of its rows.

    `before` is a file that the process has loaded already, as one that has been up for a while.
    """
    _set_up(Path(folder), socket)

    from django.contrib.admin import ModelAdmin, site
    from django.contrib.admin.models import LogEntry
    from django.contrib.auth.models import User
    from import_export.admin import ImportMixin
    from import_export.formats.base_formats import CSV

    from bench.peer.models import Contact, Segment
    from bench.peer.resources import resource

    class ContactAdmin(ImportMixin, ModelAdmin):
        pass

    Segment.objects.bulk_create(Segment(name=name, key=name.lower()) for name in segments)
    request = SimpleNamespace(user=User.objects.create(username="ana"))
    for path in (before, file):
        begun, used = perf_counter(), process_time()
        dataset = CSV().create_dataset(Path(path).read_text(encoding="utf-8"))
        result = resource(**way).import_data(dataset)
        ContactAdmin(Contact, site).generate_log_entries(result, request)
        seconds, processor = perf_counter() - begun, process_time() - used
        failed = [*result.base_errors, *(error for _row, errors in result.row_errors() for error in errors)]
        if failed:
            raise failed[0].error
    return {
        "seconds": seconds,
        "processor": processor,
        "counts": dict(result.totals),
        "contacts": Contact.objects.count(),
        "memberships": Contact.segments.through.objects.count(),
        "history": LogEntry.objects.count(),
    }


def _set_up(folder: Path, socket: str | None) -> None:
    """Make an empty database: of SQLite in a folder, else of the server that listens on a socket."""
    if socket is None:
        database: dict[str, Any] = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "peer.db",
            "OPTIONS": {"init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"},
        }
    else:
        database = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "peer",
            "USER": "postgres",
            "HOST": socket,
        }
    apps = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.admin", "import_export"]
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=[*apps, "bench.peer"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)


if __name__ == "__main__":
    print(json.dumps(measure(**json.loads(sys.argv[1]))))
