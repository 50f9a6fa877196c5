"""Every page has a line in the table, and the table holds for each role and for whoever is signed out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from unittest.mock import PropertyMock, patch

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from models.bulk import SetField
from services import bulk, sessions
from services.listing import Query
from services.settings import HOME
from tests.doors.house import ROLES, House
from tests.pages.conftest import SECONDS, words

# Drawn around every page, and the folder's own file.
NO_PAGES = {"main", "__init__"}


@dataclass(frozen=True)
class Line:
    """One page; `says` is found in what it says, for those of whom "yes" is expected."""

    page: str
    expected: str
    says: str
    of: Callable[[House], dict[str, str]] = lambda _house: {}


def _acted(house: House) -> dict[str, str]:
    """Have somebody else change a contact by a bulk action."""
    bulk.do(house.viewer("other"), SetField(field="city", value="Lima"), Query(only=[house.open]))
    return {}


LINES = (
    Line("contacts", "yes yes yes yes", "Contacts"),
    Line("contacts", "yes yes no yes", "Hugo", lambda house: {"contact": str(house.hidden)}),
    Line("contact", "yes yes yes yes", "Sara", lambda house: {"id": str(house.seen)}),
    Line("contact", "yes yes no yes", "Hugo", lambda house: {"id": str(house.hidden)}),
    Line("segments", "yes yes yes yes", "Ours"),
    Line("segments", "yes yes no yes", "Theirs"),
    Line("imports", "yes yes yes no", "people.csv"),
    Line("imports", "yes yes no no", "people.csv", lambda house: {"id": str(house.imports["other"])}),
    Line("exports", "yes yes yes yes", "/api/v1/exports/"),
    Line("bin", "yes yes no no", "The bin is empty"),
    Line("actions", "yes no no no", "City of 1 contact", _acted),
    Line("people", "yes no no no", "other@example.com"),
    Line("account", "yes yes yes yes", "Save"),
    Line("account", "yes yes yes yes", "Where you are signed in", lambda _house: {"tab": "security"}),
    Line("activity", "yes no no no", "other@example.com"),
)


def test_every_page_has_a_line() -> None:
    pages = {path.stem for path in (HOME / "pages").glob("*.py")} - NO_PAGES
    assert pages == {line.page for line in LINES}


@pytest.fixture
def shown(again: Callable[[], House]) -> Iterator[Callable[[Line, str | None], str]]:
    """Return what draws a page for the person of a role, or for nobody, and tells what it says."""
    cookie: dict[str, str] = {}
    with patch.object(ContextProxy, "cookies", PropertyMock(side_effect=lambda: cookie)):

        def draw(line: Line, role: str | None) -> str:
            house = again()
            cookie.clear()
            if role is not None:
                cookie[sessions.COOKIE] = sessions.open_for(house.users[role]).cookie
            app = AppTest.from_file(str(HOME / "pages" / "main.py"), default_timeout=SECONDS).run()
            if role is not None and line.page != "contacts":
                app.switch_page(f"{line.page}.py")
            for name, value in line.of(house).items():
                app.query_params[name] = value
            app.run()
            assert not app.exception
            return words(app).replace("\\", "")

        yield draw


@pytest.mark.slow
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.page} {line.says}")
def test_each_role_gets_what_the_table_says(line: Line, shown: Callable[[Line, str | None], str]) -> None:
    found = ["yes" if line.says in shown(line, role) else "no" for role in ROLES]
    assert " ".join(found) == line.expected
    signed_out = shown(line, None)
    assert "/login?next=" in signed_out
    assert line.says not in signed_out
