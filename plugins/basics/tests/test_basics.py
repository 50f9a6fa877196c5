"""The built-in kinds of files, found through the hooks: what goes out as CSV comes in unchanged."""

import pytest

from hooks.manager import Plugins
from hooks.offers import ReadOptions
from hooks.viewer import SYSTEM
from services.imports.harmless import plain_cell
from services.imports.headers import layout_header
from services.imports.staged import Staged

ROWS = [
    [
        "BR",
        "João",
        "Gonçalves",
        "+5511961234567",
        "joao@example.com",
        "0042",
        "Agro; Filhos",
        "X-1",
        "Norte;Sul",
    ],
    ["US", "=1+1", '"Grace"', "+12015550123", "grace@example.com", "", "Line\nbreak", "", ""],
]


@pytest.fixture(scope="module")
def loaded() -> Plugins:
    """The plugins of this checkout."""
    return Plugins(safe_mode=True)


def test_the_plugin_is_on(loaded):
    assert ("basics", "on") in [(state.name, state.status) for state in loaded.states]


def test_workbooks_vcards_and_csv_are_offered_for_reading_and_csv_and_xlsx_for_writing(loaded):
    assert [offer.endings for offer in loaded.importers(SYSTEM)] == [
        ("xlsx", "xls", "ods"),
        ("vcf", "vcard"),
        ("csv", "tsv", "txt"),
    ]
    assert [offer.ending for offer in loaded.exporters(SYSTEM)] == ["csv", "xlsx"]


def test_what_goes_out_as_csv_comes_in_unchanged(loaded, tmp_path):
    path, staged = tmp_path / "out.csv", tmp_path / "out.staged"
    exporter = next(offer for offer in loaded.exporters(SYSTEM) if offer.ending == "csv")
    assert exporter.write(path, layout_header("en"), ROWS) == 2
    importer = next(offer for offer in loaded.importers(SYSTEM) if offer.fits(path))
    shape = importer.inspect(path, ReadOptions())
    assert importer.stage(path, shape, staged) == 2
    with Staged(staged) as read:
        assert [[plain_cell(cell) for cell in row] for row in read.group(0).cells] == ROWS


def test_what_goes_out_as_xlsx_comes_in_unchanged(loaded, tmp_path):
    path, staged = tmp_path / "out.xlsx", tmp_path / "out.staged"
    exporter = next(offer for offer in loaded.exporters(SYSTEM) if offer.ending == "xlsx")
    assert exporter.write(path, layout_header("en"), ROWS) == 2
    importer = next(offer for offer in loaded.importers(SYSTEM) if offer.fits(path))
    assert importer.stage(path, importer.inspect(path, ReadOptions()), staged) == 2
    with Staged(staged) as read:
        assert [[plain_cell(cell) for cell in row] for row in read.group(0).cells] == ROWS


def test_rejected_rows_go_back_through_the_importer_that_read_them(loaded, tmp_path):
    path, target = tmp_path / "in.csv", tmp_path / "rejected.csv"
    path.write_text("Nome;E-mail\nJoão;x\n", encoding="cp1252")
    importer = next(offer for offer in loaded.importers(SYSTEM) if offer.fits(path))
    shape = importer.inspect(path, ReadOptions(language="pt"))
    importer.write_rejected(target, shape, [(["João", "x"], 1, "email_without_at", "Sem @.")], "pt_BR")
    assert target.read_text(encoding="cp1252") == (
        "Nome;E-mail;linha;código;motivo\nJoão;x;1;email_without_at;Sem @.\n"
    )
