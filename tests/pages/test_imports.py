"""The steps of an import on its page; the jobs between them are carried out here and now."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hooks.viewer import SYSTEM
from services import contacts, segments
from services.imports import runs, saved_mappings
from tests.pages.conftest import Open, words
from tests.services.imports.cards import card
from tests.services.imports.sheets import xlsx
from tests.services.imports.test_programs import GOOGLE_NEW, file_of
from tests.worlds import World

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)
FILE = """País;Nome;Sobrenome;E-mail;Segmentos
BR;Ana;Souza;ana.s@example.com;Premium;Norte
BR;Bia;Souza;bia@example.com;
"""


@pytest.fixture
def arrived(world: World, tmp_path: Path) -> int:
    """A file that Ana has sent: one row is longer than the header."""
    world.user("Ana", "administrator")
    world.label("Premium")
    path = tmp_path / "clientes.csv"
    path.write_text(FILE, encoding="utf-8")
    return runs.receive(world.viewer("Ana"), "clientes.csv", path).id


@pytest.fixture
def sheet(world: World) -> int:
    """A sheet of segments that Ana has sent: one is new, one changes, one is rejected."""
    world.user("Ana", "administrator")
    world.user("Rui", "advisor")
    world.label("Premium")
    world.contact("Bia", segments=["Premium"])
    text = "Segment,Colour,Restricted,Users\nPremium,red,yes,\nSul,,,\nOeste,pink,,\n"
    return runs.receive(world.viewer("Ana"), "segments.csv", [text.encode()]).id


def checked(open_page: Open, import_id: int) -> AppTest:
    app = open_page("imports", "Ana", id=str(import_id))
    app.button(key="import-check").click().run()
    runs.carry_out_review(import_id)
    return app.run()


def test_the_columns_are_mapped_by_what_their_header_means(arrived: int, open_page: Open) -> None:
    app = open_page("imports", "Ana", id=str(arrived))
    assert not app.exception
    assert [app.selectbox(key=f"map-{arrived}-0-{place}").value for place in range(5)] == [
        "country", "first_name", "last_name", "email", "segments",
    ]  # fmt: skip


def test_what_was_chosen_is_there_after_a_reload(arrived: int, open_page: Open) -> None:
    app = open_page("imports", "Ana", id=str(arrived))
    app.selectbox(key=f"map-{arrived}-0-4").select("city").run()
    app.selectbox(key="import-phone-of-another").select("create").run()
    again = open_page("imports", "Ana", id=str(arrived))
    assert again.selectbox(key=f"map-{arrived}-0-4").value == "city"
    assert again.selectbox(key="import-phone-of-another").value == "create"


def test_the_order_of_keys_can_be_chosen_where_a_file_has_several(arrived: int, open_page: Open) -> None:
    app = open_page("imports", "Ana", id=str(arrived))
    assert "import-match-by" not in {box.key for box in app.selectbox}
    app.selectbox(key=f"map-{arrived}-0-0").select("external_id").run()
    app.selectbox(key="import-match-by").select("email,phone,external_id").run()
    again = open_page("imports", "Ana", id=str(arrived))
    assert again.selectbox(key="import-match-by").value == "email,phone,external_id"


def test_what_was_reviewed_stands_until_something_else_is_chosen(
    world: World, arrived: int, open_page: Open
) -> None:
    app = checked(open_page, arrived)
    app.button(key="import-columns").click().run()
    assert runs.get(world.viewer("Ana"), arrived).state == "planned"
    app.selectbox(key=f"map-{arrived}-0-4").select("city").run()
    assert runs.get(world.viewer("Ana"), arrived).state == "received"
    assert app.selectbox(key=f"map-{arrived}-0-4").value == "city"


def test_two_columns_for_one_field_are_refused_before_anything_begins(arrived: int, open_page: Open) -> None:
    app = open_page("imports", "Ana", id=str(arrived))
    app.selectbox(key=f"map-{arrived}-0-1").select("last_name").run()
    assert "Two columns lead to Last name" in words(app)
    assert "import-check" not in [button.key for button in app.button]


def test_what_a_row_needs_and_no_column_gives_is_said(arrived: int, open_page: Open) -> None:
    app = open_page("imports", "Ana", id=str(arrived))
    app.selectbox(key=f"map-{arrived}-0-3").select("").run()
    assert "phone or e\\-mail" in app.warning[0].value


def test_the_review_comes_before_anything_is_written_and_the_result_after(
    world: World, arrived: int, open_page: Open
) -> None:
    app = checked(open_page, arrived)
    assert "Bring in 1 contact" in words(app)
    assert runs.get(world.viewer("Ana"), arrived).act_id is None
    app.button(key="import-accept").click().run()
    runs.carry_out(arrived)
    app.run()
    assert "1 row was rejected" in app.warning[0].value
    assert f"/api/v1/imports/{arrived}/rejected" in words(app)
    assert "Show the new one" in words(app)


NOT_ONE = "País;Nome;Sobrenome;E-mail\nBR;Ana;Souza;ana.example.com\nBR;Bia;Souza;bia.example.com\n"


def sent(world: World, tmp_path: Path, content: str) -> int:
    world.user("Ana", "administrator")
    path = tmp_path / "clientes.csv"
    path.write_text(content, encoding="utf-8")
    return runs.receive(world.viewer("Ana"), "clientes.csv", path).id


def test_a_file_of_which_nothing_comes_in_says_so_gives_back_its_rows_and_can_be_ended(
    world: World, tmp_path: Path, open_page: Open
) -> None:
    import_id = sent(world, tmp_path, NOT_ONE)
    app = checked(open_page, import_id)
    assert app.warning[0].value == "Nothing to bring in: 2 rejected rows."
    assert f"/api/v1/imports/{import_id}/rejected" in words(app)
    assert b"ana.example.com" in runs.rejected_file(world.viewer("Ana"), import_id).read_bytes()
    app.button(key="import-finish").click().run()
    runs.carry_out(import_id)
    app.run()
    assert runs.get(world.viewer("Ana"), import_id).state == "done_with_rejects"
    assert "2 rows were rejected" in app.warning[0].value


def test_a_file_that_is_loaded_again_changes_nothing_and_can_be_ended(
    world: World, tmp_path: Path, open_page: Open
) -> None:
    first = sent(world, tmp_path, FILE)
    runs.accept(world.viewer("Ana"), first)
    runs.carry_out(first)
    again = runs.receive(world.viewer("Ana"), "clientes.csv", tmp_path / "clientes.csv").id
    app = checked(open_page, again)
    assert app.warning[0].value == "Nothing to bring in: 1 unchanged row, 1 rejected row."
    assert "import-finish" in [button.key for button in app.button]


def test_a_file_with_a_header_only_says_that_it_has_no_rows(
    world: World, tmp_path: Path, open_page: Open
) -> None:
    app = checked(open_page, sent(world, tmp_path, "País;Nome;Sobrenome;E-mail\n"))
    assert app.warning[0].value == "This file has no rows."


def test_a_file_whose_review_fails_stands_at_that_step_and_leads_to_the_drop_zone(
    world: World, tmp_path: Path, open_page: Open
) -> None:
    head, *rows = FILE.splitlines(keepends=True)
    without_end = head + rows[1] * 10_000 + '"Never closed' + rows[1] * 10_000
    import_id = sent(world, tmp_path, without_end)
    runs.review(world.viewer("Ana"), import_id)
    runs.carry_out_review(import_id)
    app = open_page("imports", "Ana", id=str(import_id))
    assert "does not end" in app.error[0].value
    assert '<li class="now" aria-current="step"><span>3</span>Review</li>' in words(app)
    assert '<a class="within action" href="/imports">Load the file again</a>' in words(app)
    assert not {"import-accept", "import-undo"} & {button.key for button in app.button}


def test_segments_that_do_not_exist_are_made_where_that_is_chosen_in_the_review(
    world: World, tmp_path: Path, open_page: Open
) -> None:
    import_id = sent(world, tmp_path, FILE.replace(";Norte", "").replace("Premium", "Norte;"))
    app = checked(open_page, import_id)
    assert "Segments that do not exist: **Norte**" in words(app)
    app.button(key="import-make-unknown").click().run()
    runs.carry_out_review(import_id)
    app.run()
    assert "New segments: Norte" in words(app)
    assert "import-make-unknown" not in [button.key for button in app.button]
    app.button(key="import-accept").click().run()
    runs.carry_out(import_id)
    assert [(one.name, one.members) for one in segments.listed(world.viewer("Ana"))] == [("Norte", 1)]


def test_who_may_not_make_segments_is_not_offered_to(world: World, open_page: Open) -> None:
    world.user("Rui", "advisor")
    import_id = runs.receive(world.viewer("Rui"), "c.csv", [FILE.replace(";Norte", "").encode()]).id
    app = open_page("imports", "Rui", id=str(import_id))
    app.button(key="import-check").click().run()
    runs.carry_out_review(import_id)
    app.run()
    assert "Segments that do not exist: **Premium**" in words(app)
    assert "import-make-unknown" not in [button.key for button in app.button]


def test_an_import_that_waits_is_discarded_from_the_list_once_that_is_confirmed(
    world: World, arrived: int, open_page: Open
) -> None:
    app = open_page("imports", "Ana")
    app.button(key=f"import-discard-{arrived}").click().run()
    assert runs.get(world.viewer("Ana"), arrived).state == "received"
    # Here a click runs the whole page, in a browser only what is in the dialog.
    app.session_state["import-to-discard"] = (arrived, "clientes.csv")
    app.button(key="import-discard-yes").click().run()
    assert runs.recent(world.viewer("Ana")) == []


def test_only_an_import_that_waits_and_is_ones_own_can_be_discarded(
    world: World, arrived: int, open_page: Open
) -> None:
    world.user("Maria", "manager")
    offered = f"import-discard-{arrived}"
    assert offered not in [button.key for button in open_page("imports", "Maria").button]
    runs.accept(world.viewer("Ana"), arrived)
    runs.carry_out(arrived)
    assert offered not in [button.key for button in open_page("imports", "Ana").button]


def test_cells_beyond_the_header_are_taken_for_segments_only_when_asked(
    arrived: int, open_page: Open
) -> None:
    app = checked(open_page, arrived)
    app.button(key="import-overflow").click().run()
    runs.carry_out_review(arrived)
    app.run()
    assert "Bring in 2 contacts" in words(app)
    assert "import-overflow" not in [button.key for button in app.button]


def test_the_new_ones_are_those_of_this_import_alone(world: World, arrived: int, open_page: Open) -> None:
    checked(open_page, arrived)
    runs.accept(world.viewer("Ana"), arrived)
    runs.carry_out(arrived)
    led = open_page("imports", "Ana", id=str(arrived)).main.get("page_link")
    assert [link.proto.query_string for link in led if "Show" in link.label] == [f"import={arrived}"]
    world.contact("Somebody else")
    app = open_page("contacts", "Ana", **{"import": str(arrived)})
    assert "1 contact" in words(app)
    assert app.button(key="filter-import").label == f"New in import \\#{arrived}"
    app.button(key="filter-import").click().run()
    assert "2 contacts" in words(app)
    assert "import" not in app.query_params


def test_the_new_ones_of_an_import_that_is_not_the_persons_are_not_there(
    world: World, arrived: int, open_page: Open
) -> None:
    world.user("Bruno", "advisor", "North")
    app = open_page("contacts", "Bruno", **{"import": str(arrived)})
    assert "There is no such import" in app.error[0].value
    app.button(key="contacts-broken").click().run()
    assert not app.error


def test_the_way_back_from_the_review_leads_to_the_columns(arrived: int, open_page: Open) -> None:
    app = checked(open_page, arrived)
    app.button(key="import-columns").click().run()
    assert app.selectbox(key=f"map-{arrived}-0-0")


def test_somebody_elses_import_is_not_there_for_who_sees_less_than_everyone(
    world: World, arrived: int, open_page: Open
) -> None:
    world.user("Bruno", "advisor", "North")
    app = open_page("imports", "Bruno", id=str(arrived))
    assert "clientes" not in words(app)
    assert "All imports" in words(app)


def test_a_manager_looks_on_and_cannot_go_on_with_it(world: World, arrived: int, open_page: Open) -> None:
    world.user("Maria", "manager")
    checked(open_page, arrived)
    app = open_page("imports", "Maria", id=str(arrived))
    assert "Only whoever loaded this file" in app.info[0].value
    assert not {"import-check", "import-accept", "import-columns"} & {button.key for button in app.button}


def test_the_list_of_imports_leads_to_each(arrived: int, open_page: Open) -> None:
    app = open_page("imports", "Ana")
    assert f'href="/imports?id={arrived}">clientes.csv</a>' in words(app)
    assert "waits for its columns" in words(app)


def test_another_sheet_of_a_workbook_is_chosen_where_the_columns_are(
    world: World, tmp_path: Path, open_page: Open
) -> None:
    world.user("Ana", "administrator")
    path = xlsx(
        tmp_path / "a.xlsx", Notes=[["Notes"], ["none"]], Clients=[["Nome", "E-mail"], ["Ana", "a@a.com"]]
    )
    import_id = runs.receive(world.viewer("Ana"), "a.xlsx", path).id
    app = open_page("imports", "Ana", id=str(import_id))
    assert app.expander[0].label == "Sheet Notes · 1 row"
    app.selectbox(key="import-sheet").select("Clients").run()
    assert [app.selectbox(key=f"map-{import_id}-1-{place}").value for place in (0, 1)] == [
        "first_name",
        "email",
    ]


# --- a sheet of segments


def warned(app: AppTest) -> str:
    return " ".join(one.value for one in app.warning)


def test_a_sheet_of_segments_is_told_and_may_be_read_as_contacts(
    world: World, sheet: int, open_page: Open
) -> None:
    app = open_page("imports", "Ana", id=str(sheet))
    assert not app.exception
    assert app.segmented_control(key=f"import-kind-{sheet}").value == "segments"
    assert app.selectbox(key=f"map-{sheet}-0-1").value == "colour"
    app.segmented_control(key=f"import-kind-{sheet}").set_value("contacts").run()
    assert not app.exception
    assert runs.get(world.viewer("Ana"), sheet).kind == "contacts"
    assert "No column gives: Country" in warned(app)
    app.segmented_control(key=f"import-kind-{sheet}").set_value("segments").run()
    app.selectbox(key=f"map-{sheet}-2-0").select("").run()
    assert "No column gives the name of the segment" in warned(app)


def test_the_review_of_a_sheet_says_who_loses_sight_and_what_changes(
    world: World, sheet: int, open_page: Open
) -> None:
    app = checked(open_page, sheet)
    assert "1 person loses contacts" in words(app)
    assert "Rui (1)" in words(app).replace("\\", "")
    app.radio(key="import-links").set_value("exactly").run()
    assert "Something else is chosen" in warned(app)
    app.button(key="import-check-again").click().run()
    runs.carry_out_review(sheet)
    app.run()
    accept = app.button(key="import-accept")
    assert accept.label == "Bring in 2 segments"
    accept.click().run()
    runs.carry_out(sheet)
    app.run()
    assert not app.exception
    assert {one.name: one.colour for one in segments.listed(world.viewer("Ana"))} == {
        "Premium": "red", "Sul": "blue",
    }  # fmt: skip
    assert "1 row was rejected" in warned(app)


def test_a_mapping_is_kept_under_a_name_and_chosen_for_the_next_file(
    world: World, arrived: int, open_page: Open
) -> None:
    ana = world.viewer("Ana")
    app = open_page("imports", "Ana", id=str(arrived))
    app.selectbox(key=f"map-{arrived}-0-4").select("city").run()
    app.button(key="mapping-keep").click().run()
    assert app.text_input(key="mapping-name").value == ""
    # Here a click runs the whole page, in a browser only what is in the dialog.
    saved_mappings.keep(ana, arrived, "Clientes")
    other = runs.receive(ana, "c.csv", [b"Segmentos,E-mail\nRio,a@a.com\n"]).id
    app = open_page("imports", "Ana", id=str(other))
    assert app.selectbox(key=f"map-{other}-0-0").value == "segments"
    app.selectbox(key=f"import-mapping-{other}-None-1").select("Clientes").run()
    assert runs.get(ana, other).options.mapping == {0: "city", 1: "email"}


def test_mappings_are_listed_and_led_to_from_the_imports(world: World, arrived: int, open_page: Open) -> None:
    assert "view=mappings" not in words(open_page("imports", "Ana"))
    saved_mappings.keep(world.viewer("Ana"), arrived, "Clientes")
    assert "view=mappings" in words(open_page("imports", "Ana"))
    app = open_page("imports", "Ana", view="mappings")
    assert not app.exception
    assert "Clientes" in words(app)


def test_a_field_of_contacts_that_are_there_is_filled_or_left_as_was_chosen(
    world: World, arrived: int, open_page: Open
) -> None:
    app = open_page("imports", "Ana", id=str(arrived))
    app.selectbox(key=f"how-{arrived}-0-1-first_name").select("fill").run()
    app.selectbox(key=f"how-{arrived}-0-4-segments").select("never").run()
    chosen = {"first_name": "fill", "segments": "never"}
    assert runs.get(world.viewer("Ana"), arrived).options.existing == chosen
    again = open_page("imports", "Ana", id=str(arrived))
    assert again.selectbox(key=f"how-{arrived}-0-1-first_name").value == "fill"


def test_what_becomes_of_contacts_in_the_bin_is_chosen_in_the_review(
    world: World, tmp_path: Path, open_page: Open
) -> None:
    contacts.delete(SYSTEM, [world.contact("Ana", email="ana.s@example.com")])
    import_id = sent(world, tmp_path, FILE.replace(";Norte", ""))
    app = checked(open_page, import_id)
    assert "it comes in as a new one" in words(app)
    app.segmented_control(key=f"import-bin-{import_id}-create").set_value("leave").run()
    runs.carry_out_review(import_id)
    app.run()
    assert runs.get(world.viewer("Ana"), import_id).reasons == {"in_bin": 1}


def test_a_second_opinion_stands_over_the_review_and_stops_nothing(
    world: World, tmp_path: Path, open_page: Open
) -> None:
    row = "BR;Ana;Souza;ana{n}@example.com;\n"
    head = "País;Nome;Sobrenome;E-mail;Segmentos\n"
    first = sent(world, tmp_path, head + "".join(row.format(n=n) for n in range(10)))
    ana = world.viewer("Ana")
    runs.accept(ana, first)
    runs.carry_out(first)
    app = checked(open_page, runs.receive(ana, "c.csv", [(head + row.format(n=11)).encode()]).id)
    assert "Is this the right file?" in app.warning[0].value
    assert "import-accept" in [button.key for button in app.button]


def test_an_export_of_another_program_needs_no_mapping_and_its_empty_columns_stand_aside(
    world: World, open_page: Open
) -> None:
    world.user("Ana", "administrator")
    content = file_of(GOOGLE_NEW, {"First Name": "Eva", "E-mail 1 - Value": "e@a.com ::: f@a.com"})
    import_id = runs.receive(world.viewer("Ana"), "contacts.csv", [content]).id
    app = open_page("imports", "Ana", id=str(import_id))
    assert "Recognised as an export of Google Contacts" in words(app)
    assert not app.warning
    assert "19 columns without samples" in [one.label for one in app.expander]
    app.button(key="import-check").click().run()
    runs.carry_out_review(import_id)
    assert "Bring in 1 contact" in [
        button.label for button in open_page("imports", "Ana", id=str(import_id)).button
    ]


def test_a_vcard_shows_its_encoding_and_no_delimiter(world: World, open_page: Open) -> None:
    world.user("Ana", "administrator")
    content = card("N:Gonçalves;João", "TEL:+33 6 12 34 56 78").encode("cp1252")
    import_id = runs.receive(world.viewer("Ana"), "a.vcf", [content]).id
    app = open_page("imports", "Ana", id=str(import_id))
    assert app.selectbox(key="import-encoding").value == "windows-1252"
    assert "import-delimiter" not in [box.key for box in app.selectbox]
    assert "The encoding is a guess" in app.warning[0].value
