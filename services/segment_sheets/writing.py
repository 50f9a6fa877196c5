"""Segments as a sheet that an import reads, and the sample of one."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from hooks.i18n import best_locale, use_locale
from hooks.viewer import Viewer
from models.segment import SegmentRead
from services import segments
from services.exports import exporter_for
from services.imports.write_csv import delimiter_for
from services.segment_sheets import columns, words

_SAMPLES = {
    "en": (
        ("Premium", "Orders every month", "blue", "no", "yes", "", ""),
        ("Northern region", "Seen by those who look after it", "green", "yes", "yes", "North; Service",
         "ana.souza@example.com; grace.miller@example.com"),
    ),
    "pt": (
        ("Premium", "Compra todos os meses", "azul", "não", "sim", "", ""),
        ("Região Norte", "Visto por quem cuida dela", "verde", "sim", "sim", "Norte; Assistência",
         "ana.souza@example.com; joao.goncalves@example.com"),
    ),
    "fr": (
        ("Premium", "Commande tous les mois", "bleu", "non", "oui", "", ""),
        ("Région Nord", "Vue par ceux qui la suivent", "vert", "oui", "oui", "Nord ; Service",
         "ana.souza@example.com; elodie.lefevre@example.com"),
    ),
}  # fmt: skip


def sheet(viewer: Viewer, format_: str, *, locale: str | None = None) -> bytes:
    """Return the segments whose names the viewer may read as a file that an import reads; dynamic ones are no part.

    It is in the language of `locale`, else of the viewer's page, else English. Raises Refused for an unknown format.
    """
    exporter = exporter_for(viewer, format_)
    speaks = locale or (viewer.locale if viewer.via == "page" else "en")
    found = segments.listed(viewer)
    with TemporaryDirectory() as folder, use_locale(speaks):
        target = Path(folder) / f"sheet.{exporter.ending}"
        exporter.write(target, columns.header(speaks), _lines(found, speaks))
        return target.read_bytes()


def sample(locale: str) -> bytes:
    """Return a sample as CSV, as a spreadsheet in that language opens it by a double click."""
    text = io.StringIO(newline="")
    rows = _SAMPLES[best_locale(locale).partition("_")[0]]
    csv.writer(text, delimiter=delimiter_for(locale)).writerows([columns.header(locale), *rows])
    return text.getvalue().encode("utf-8-sig")


def _lines(found: list[SegmentRead], locale: str) -> Iterator[list[str]]:
    for one in found:
        if one.dynamic:
            continue
        plain = [one.name, one.description or "", words.colour_called(one.colour, locale)]
        yield [
            *plain, words.said(one.restricted, locale), words.said(one.active, locale),
            "; ".join(one.teams), "; ".join(one.users),
        ]  # fmt: skip
