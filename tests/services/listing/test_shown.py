"""On a page a list is in the order of what is shown: of countries, sources and people by name."""

from dataclasses import replace

import pytest

from hooks.i18n import use_locale
from hooks.viewer import SYSTEM, Viewer
from models.contact import ContactCreate
from services import contacts, listing
from services.listing import Query, plan
from tests.fixtures import Database
from tests.worlds import World

COUNTRIES = ("DE", "CH", "BR", None, "AT", "BR")


@pytest.fixture(params=["gathered", "walked"])
def ana(request: pytest.FixtureRequest, db: Database, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    """An administrator before a page, who has a few contacts in four countries."""
    if request.param == "walked":
        monkeypatch.setattr(plan, "FEW", 0)
        monkeypatch.setattr(plan, "MANY", 0)
    world = World()
    zoe, bia = world.user("Zoe", "manager"), world.user("Bia", "manager")
    for place, country in enumerate(COUNTRIES):
        responsible = (zoe, bia, None)[place % 3]
        command = ContactCreate(first_name=str(place), country=country, responsible=responsible)
        contacts.create(replace(SYSTEM, via=("api", "job")[place % 2]), command)
    world.user("Ana", "administrator")
    return world.viewer("Ana")


def turned(viewer: Viewer, query: Query) -> tuple[list[str | None], list[str | None]]:
    """Return the first names in their order, turned to the end a contact at a time, and back again."""
    page = listing.page(viewer, query, 1)
    forth = page.items[:]
    while page.next:
        page = listing.page(viewer, query, 1, after=page.next)
        forth += page.items
    back = page.items[:]
    while page.previous:
        page = listing.page(viewer, query, 1, before=page.previous)
        back += page.items
    return [one.first_name for one in forth], [one.first_name for one in reversed(back)]


def test_countries_are_in_the_order_of_their_names_in_the_language_of_the_reader(ana: Viewer) -> None:
    # Allemagne, Autriche, Brésil, Suisse; Austria, Brazil, Germany, Switzerland.
    for locale, names in (("fr", list("042513")), ("en", list("425013"))):
        with use_locale(locale):
            assert turned(ana, Query(sort="country")) == (names, names)
    with use_locale("fr"):
        down = list("152403")
        assert turned(ana, Query(sort="-country")) == (down, down)


def test_languages_are_in_the_order_of_their_names_in_the_language_of_the_reader(ana: Viewer) -> None:
    people = {"Eva": "en", "Fay": "fr", "Gil": "de", "Ida": "pt-BR"}
    for name, language in people.items():
        contacts.create(SYSTEM, ContactCreate(first_name=name, language=language))
    # Allemand, Anglais, Français; English, French, German; what has no name stands as it is kept.
    for locale, names in (("fr", ["Gil", "Eva", "Fay", "Ida"]), ("en", ["Eva", "Fay", "Gil", "Ida"])):
        with use_locale(locale):
            forth, back = turned(ana, Query(sort="language"))
            assert ([one for one in forth if one in people], forth) == (names, back)
    with use_locale("en"):
        by_code = [one.first_name for one in listing.page(SYSTEM, Query(sort="language")).items]
    assert [one for one in by_code if one in people] == ["Gil", "Eva", "Fay", "Ida"]


def test_a_filter_on_countries_keeps_their_order(ana: Viewer) -> None:
    where = {"v": 1, "where": {"field": "country", "op": "in", "value": ["DE", "AT", "CH"]}}
    with use_locale("fr"):
        assert turned(ana, Query(filter=where, sort="country")) == (list("041"), list("041"))


def test_people_are_in_the_order_of_their_names(ana: Viewer) -> None:
    assert turned(ana, Query(sort="responsible"))[0] == list("140325")


def test_other_doors_show_codes_and_sort_by_them(ana: Viewer) -> None:
    with use_locale("fr"):
        by_code = listing.page(replace(ana, via="api"), Query(sort="country")).items
    assert [one.country for one in by_code] == ["AT", "BR", "BR", "CH", "DE", None]
