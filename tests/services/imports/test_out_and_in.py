"""What goes out comes in again and changes nothing: any values, all columns, as CSV and as a workbook."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import col

from hooks.viewer import SYSTEM
from models.people import User
from models.tag import TagCreate
from services import exports, tags
from services.errors import Refused
from services.imports import runs
from services.listing import Query
from services.work import unit_of_work
from tests.services.imports.loading import closed, everything, outcomes
from tests.worlds import World

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.slow]
WORLD = World()

_SIGNS = "'\"=+-@\t\r\n,;|<>&\\_x0041_{}%#;:()0123456789eE. aZéß\u00a0\u2028\u200d\u202e\ufdfaİ漢😀"
# What XML cannot hold is written by none of the programs that write workbooks.
_TEXT = st.one_of(
    st.text(alphabet=st.sampled_from(_SIGNS), max_size=12),
    st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=12),
    st.sampled_from(
        (
            "007",
            "1E5",
            "TRUE",
            "#N/A",
            "=1+1",
            "2026-11-22",
            "'=x",
            "''",
            "NULL",
            "None",
            "nan",
            "-1",
            "+1",
        )
    ),
)
_HANDLES = (
    ("telegram", "@ana_l"), ("telegram", "+5511961234567"), ("skype", "live:.cid.1,a"), ("instagram", "@ana.l"),
    ("whatsapp", "+5511961234567"), ("viber", "+33612345678"), ("messenger", "ana.lima"),
)  # fmt: skip
_TAGS = ("Vip", "@home", "Lima, Peru", "a:::b", "=1,2")
_PERSON = st.fixed_dictionaries(
    dict.fromkeys(
        ("first_name", "last_name", "organization", "city", "region", "street", "account_number"), _TEXT
    )
    | {
        "postcode": st.sampled_from(("", "01234-000", "=1", "00123")),
        "language": st.sampled_from(("", "pt-BR", "fr")),
        "time_zone": st.sampled_from(("", "America/Sao_Paulo", "Etc/GMT+3")),
        "importance": st.sampled_from(("", 0, 7, 1000)),
        "revenue": st.sampled_from(("", 123456, -5)),
        "responsible": st.sampled_from(("", "rui@example.com", "eva@example.com")),
        "country": st.sampled_from(("BR", "NA", "FR")),
        "phone": st.sampled_from(("", "+5511961234567", "+5511961234568", "+33612345678")),
        "email": st.sampled_from(
            ("", "o'neil@example.com", "+a@example.com", "-b@example.com", "josé@example.com")
        ),
        "external_id": _TEXT,
        "segments": st.sets(st.sampled_from(("North", "=Sum", "'Quoted", "Über & Co")), max_size=3),
        "tags": st.sets(st.sampled_from(_TAGS), max_size=3),
        "messengers": st.lists(st.sampled_from(_HANDLES), max_size=3, unique=True),
    }
)
PEOPLE = st.lists(_PERSON, min_size=1, max_size=4)
RUN = examples(
    max_examples=8,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)

Same = Callable[[Path], Path]


def _known(people: Sequence[dict[str, Any]], number: int) -> int:
    """Make contacts of these values, each with something of its own to be known by; return how many fit."""
    made = 0
    _switch_eva(on=True)
    for at, person in enumerate(people):
        own = {name: value for name, value in person.items() if value != ""}
        own["external_id"] = f"{own.get('external_id', '')}{number}-{at}"
        if email := own.get("email"):
            own["email"] = email.replace("@", f"{number}.{at}@")
        own |= {"segments": sorted(person["segments"]), "tags": sorted(person["tags"])}
        own["messengers"] = [{"platform": to, "handle": handle} for to, handle in person["messengers"]]
        try:
            WORLD.contact(own.pop("first_name", ""), **own)
        except Refused:
            continue
        made += 1
    _switch_eva(on=False)
    return made


def _switch_eva(*, on: bool) -> None:
    """Who was made responsible stays so, on or off."""
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(update(User).where(col(User.name) == "Eva").values(active=on))


def _comes_in_unchanged(kind: str, columns: list[str] | None, between: Same = lambda path: path) -> None:
    before = everything()
    made = exports.request(SYSTEM, kind, Query(), columns)
    exports.carry_out(made.id)
    assert exports.get(SYSTEM, made.id).state == "done"
    path = between(exports.path_of(SYSTEM, made.id))
    received = runs.receive(SYSTEM, f"contacts.{kind}", path)
    runs.accept(SYSTEM, received.id)
    runs.carry_out(received.id)
    read = closed(runs.get(SYSTEM, received.id))
    assert (read.state, set(outcomes(read))) == ("done", {"unchanged"}), [
        (row.cells, row.code, row.reason, row.changes)
        for row in runs.rows(SYSTEM, read.id).items
        if row.outcome != "unchanged"
    ]
    after = everything()
    assert {table: rows for table, rows in after.items() if table != "import_row"} == {
        table: rows for table, rows in before.items() if table != "import_row"
    }


@pytest.fixture
def labels(db: object) -> None:
    for name in ("North", "=Sum", "'Quoted", "Über & Co"):
        WORLD.label(name)
    for name in ("Rui", "Eva"):
        WORLD.user(name)
    for name in _TAGS:
        tags.create(SYSTEM, TagCreate(name=name))


_number = iter(range(1_000_000))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@RUN
@given(people=PEOPLE, layout=st.booleans())
@pytest.mark.usefixtures("labels")
def test_what_goes_out_comes_in_and_changes_nothing(
    kind: str, people: list[dict[str, Any]], layout: bool
) -> None:
    assume(_known(people, next(_number)))
    _comes_in_unchanged(kind, None if layout else list(exports.COLUMNS))


@pytest.mark.long
@examples(RUN, max_examples=8)
@given(people=PEOPLE)
@pytest.mark.usefixtures("labels")
def test_what_another_program_has_opened_and_saved_comes_in_and_changes_nothing(
    people: list[dict[str, Any]],
) -> None:
    # LibreOffice has one kind of line break in a cell.
    for person in people:
        person |= {name: text.replace("\r", "\n") for name, text in person.items() if isinstance(text, str)}
    assume(_known(people, next(_number)))
    _comes_in_unchanged("xlsx", list(exports.COLUMNS), saved_by_libreoffice)


def saved_by_libreoffice(path: Path) -> Path:
    """Have LibreOffice open a workbook and save it."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.fail(
            "LibreOffice is missing: apt-get install --no-install-recommends libreoffice-calc-nogui",
            pytrace=False,
        )
    target = path.parent / "saved"
    command = [program, f"-env:UserInstallation=file://{target}/home", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", target, path], check=True, capture_output=True, timeout=120)
    return target / path.name
