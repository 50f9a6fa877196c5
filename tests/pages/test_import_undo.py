"""The way back of an import on its page: asked about, followed, told with what it left."""

from pathlib import Path

import pytest

from models.contact import ContactUpdate
from pages.parts.import_undo import ending
from services import contacts, listing, notifications
from services.imports import runs
from services.imports.undo import job
from services.imports.undo import runs as undos
from services.listing import Query
from tests.pages.conftest import Open, words
from tests.worlds import World

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)
FILE = "País;Nome;Sobrenome;E-mail;Segmentos\nBR;Ana;Souza;ana.s@example.com;New\nBR;Bia;Souza;bia@example.com;\n"


@pytest.fixture
def loaded(world: World, tmp_path: Path) -> int:
    """A file that Ana has loaded."""
    world.user("Ana", "administrator")
    path = tmp_path / "clientes.csv"
    path.write_text(FILE, encoding="utf-8")
    ana = world.viewer("Ana")
    import_id = runs.receive(ana, "clientes.csv", path).id
    runs.accept(ana, import_id)
    runs.carry_out(import_id)
    return import_id


def test_an_import_is_undone_from_the_list_once_that_is_confirmed(
    world: World, loaded: int, open_page: Open
) -> None:
    app = open_page("imports", "Ana")
    app.button(key=f"import-list-undo-{loaded}").click().run()
    # Here a click runs the whole page, in a browser only what is in the dialog.
    app.session_state["import-to-undo"] = (loaded, "clientes.csv")
    app.run()
    assert "2 contacts that it made go to the bin." in words(app)
    app.session_state["import-to-undo"] = (loaded, "clientes.csv")
    app.button(key=f"import-undo-yes-{loaded}").click().run()
    undo = undos.of_import(world.viewer("Ana"), loaded)
    assert undo.state == "accepted"
    assert "is being undone, 0 %" in words(open_page("imports", "Ana"))
    assert "import-undo-cancel" in [one.key for one in open_page("imports", "Ana", id=str(loaded)).button]
    job.carry_out(undo.id)
    assert "was undone" in words(open_page("imports", "Ana"))
    assert listing.count(world.viewer("Ana"), Query()).n == 0


def test_what_an_undo_left_is_listed_with_its_reason_and_the_way_to_the_contact(
    world: World, loaded: int, open_page: Open
) -> None:
    ana = world.viewer("Ana")
    assert "import-undo" in [one.key for one in open_page("imports", "Ana", id=str(loaded)).button]
    made = listing.page(ana, Query(search="bia")).items[0].id
    contacts.change(ana, made, ContactUpdate(city="Lima"))
    job.carry_out(undos.begin(ana, loaded).id)
    app = open_page("imports", "Ana", id=str(loaded))
    assert "1 contact went to the bin" in app.success[1].value
    assert "1 thing was left as it is" in words(app)
    assert f'href="/contact?id={made}"' in words(app)
    assert "somebody has worked on it since" in words(app)
    assert "import-undo" not in [one.key for one in app.button]


def test_before_a_sheet_is_undone_it_is_told_who_gains_and_who_loses_what(
    world: World, tmp_path: Path, open_page: Open
) -> None:
    world.user("Ana", "administrator")
    world.user("Rui", "advisor", "North")
    world.user("Leo", "advisor")
    world.wall("Norte", teams=("North",))
    world.contact("Bia", segments=["Norte"])
    path = tmp_path / "seg.csv"
    path.write_text("Segment;Restricted;Active\nNorte;no;yes\n", encoding="utf-8")
    ana = world.viewer("Ana")
    import_id = runs.receive(ana, "seg.csv", path).id
    runs.accept(ana, import_id)
    runs.carry_out(import_id)
    app = open_page("imports", "Ana")
    app.session_state["import-to-undo"] = (import_id, "seg.csv")
    app.run()
    assert "**1 person loses contacts**: Leo (1)" in words(app)
    stopped = undos.begin(ana, import_id)
    undos.cancel(ana, import_id)
    job.carry_out(stopped.id)
    assert "stopped" in ending(undos.of_import(ana, import_id))
    assert ending(undos.of_import(ana, import_id)).endswith("Nothing was taken back.")
    job.carry_out(undos.begin(ana, import_id).id)
    (told, *_earlier) = notifications.recent(ana)
    assert (told.kind, told.data["kind"], told.data["restored"]) == ("undo_done", "segments", 1)
