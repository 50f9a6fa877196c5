"""Files that everybody has: CSV, workbooks and vCards in, CSV and XLSX out, through the hooks that any plugin has."""

from hooks import hookimpl
from hooks.offers import Exporter, Importer
from services.imports import vcards, workbooks
from services.imports.read_csv import ENDINGS, inspect_csv, may_be_csv
from services.imports.stage_csv import stage_csv
from services.imports.write_csv import write_csv, write_rejected_csv
from services.imports.write_xlsx import write_xlsx

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@hookimpl
def importers() -> list[Importer]:
    """Offer workbooks, vCards, and CSV with any delimiter, in any of the usual encodings."""
    return [
        Importer(
            name="Workbook",
            endings=workbooks.ENDINGS,
            fits=workbooks.may_be_workbook,
            inspect=workbooks.inspect_workbook,
            stage=workbooks.stage_workbook,
            write_rejected=workbooks.write_rejected_workbook,
        ),
        Importer(
            name="vCard",
            endings=vcards.ENDINGS,
            fits=vcards.may_be_vcard,
            inspect=vcards.inspect_vcard,
            stage=vcards.stage_vcard,
            write_rejected=vcards.write_rejected_cards,
        ),
        Importer(
            name="CSV",
            endings=ENDINGS,
            fits=may_be_csv,
            inspect=inspect_csv,
            stage=stage_csv,
            write_rejected=write_rejected_csv,
        ),
    ]


@hookimpl
def exporters() -> list[Exporter]:
    """Offer CSV and XLSX, in which nothing runs and every value comes back."""
    return [
        Exporter(name="CSV", ending="csv", media_type="text/csv; charset=utf-8", write=write_csv),
        Exporter(name="XLSX", ending="xlsx", media_type=WORKBOOK, write=write_xlsx),
    ]
