"""A screen without a browser: the frame run in this process, signed in as one of a world's people."""

from collections.abc import Callable, Iterator
from unittest.mock import PropertyMock, patch

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from services import sessions
from services.settings import HOME
from tests.fixtures import Database
from tests.worlds import World

Open = Callable[..., AppTest]
SECONDS = 30


@pytest.fixture
def world(db: Database) -> World:
    """People and contacts in a fresh database."""
    return World()


@pytest.fixture
def open_page(world: World) -> Iterator[Open]:
    """Run a page in the frame: open_page("segments", "Ana", id="5"); without a person, signed out."""
    signed_in: dict[str, str] = {}
    cookies = PropertyMock(side_effect=lambda: signed_in)
    with patch.object(ContextProxy, "cookies", cookies):

        def opened(page: str, person: str | None, **query: str) -> AppTest:
            signed_in.clear()
            if person is not None:
                user_id = world.viewer(person).user_id
                assert user_id is not None
                signed_in[sessions.COOKIE] = sessions.open_for(user_id).cookie
            app = AppTest.from_file(str(HOME / "pages" / "main.py"), default_timeout=SECONDS)
            if page != "contacts":
                app.run()
                if person is None:
                    return app
                app.switch_page(f"{page}.py")
            for name, value in query.items():
                app.query_params[name] = value
            return app.run()

        yield opened


def words(app: AppTest) -> str:
    """Return all that a page says, one element a line."""
    kinds = ("title", "subheader", "markdown", "caption", "html", "button", "page_link", "error", "metric")
    return "\n".join(
        str(getattr(part, "label", None) or getattr(part, "value", ""))
        for kind in kinds
        for part in app.get(kind)
    )
