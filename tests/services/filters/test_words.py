"""A filter reads in plain words."""

from dataclasses import replace
from typing import Any

import pytest

from hooks.i18n import use_locale
from hooks.viewer import SYSTEM
from services.errors import Refused
from services.filters import FIELDS, describe

ANA = replace(SYSTEM, time_zone="America/Sao_Paulo")


def one(field: str, op: str, value: Any = None) -> dict[str, Any]:
    """A filter of one condition."""
    return {"v": 1, "where": {"field": field, "op": op} | ({} if value is None else {"value": value})}


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (one("country", "in", ["BR", "FR"]), "Country is Brazil or France"),
        (one("first_name", "contains", "Jo"), "First name contains Jo"),
        (one("segments", "has_any", ["Premium"]), "Segments: Premium"),
        (one("tags", "has_all", ["a", "b", "c"]), "Tags: all of a, b and c"),
        (one("created", "in_last", {"n": 30, "unit": "day"}), "Added is in the last 30 days"),
        (one("created", "before", "2026-05-31"), "Added is before May 31, 2026"),
        (one("revenue", "between", [1000, 2000]), "Revenue is from 1,000 to 2,000"),
        (one("email", "is_empty"), "E-mail is empty"),
        ({"v": 1, "where": {"all": []}}, "everyone"),
        ({"v": 1, "where": {"any": []}}, "nobody"),
    ],
)
def test_a_condition_reads_as_a_sentence(tree: dict[str, Any], words: str) -> None:
    assert describe(ANA, tree).replace(FIELDS["created"].label, "Added") == words


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ["Source is By hand or File import", "Country is Germany", "Opted out: Phone", "Segments: Norte"]),
        ("pt_BR", ["Origem é Manual ou Importação de arquivo", "País é Alemanha", "Descadastrado: Telefone",
                   "Segmentos: Norte"]),
        ("fr", ["Source est À la main ou Importation de fichier", "Pays est Allemagne", "Désinscrit\u00a0: Téléphone",
                "Segments\u00a0: Norte"]),
    ],
)  # fmt: skip
def test_codes_are_said_by_their_names_and_names_as_they_are(locale: str, words: list[str]) -> None:
    asked = [
        one("source", "in", ["manual", "import"]),
        one("country", "eq", "DE"),
        one("opted_out", "has_any", ["phone"]),
        one("segments", "has_any", ["Norte"]),
    ]
    with use_locale(locale):
        assert [describe(ANA, tree) for tree in asked] == words


def test_a_part_of_a_code_and_a_source_of_a_plugin_are_said_as_they_are() -> None:
    assert describe(ANA, one("source", "contains", "import")) == "Source contains import"
    assert describe(ANA, one("country", "contains", "DE")) == "Country contains DE"
    assert describe(ANA, one("source", "eq", "fair")) == "Source is fair"


def test_people_are_said_by_their_names_where_these_are_known() -> None:
    asked = one("responsible", "in", ["ana@example.com", "gone@example.com"])
    assert describe(ANA, asked, {"ana@example.com": "Ana"}) == "Responsible is Ana or gone@example.com"
    assert describe(ANA, asked) == "Responsible is ana@example.com or gone@example.com"


def test_groups_read_with_and_or_and_none() -> None:
    name, city = one("first_name", "eq", "Ana")["where"], one("city", "eq", "Campinas")["where"]
    tree = {"v": 1, "where": {"all": [name, {"any": [name, city]}, {"none": [city]}]}}
    said = "First name is Ana and (First name is Ana or City is Campinas) and none of: City is Campinas"
    assert describe(ANA, tree) == said


def test_every_operator_of_every_field_has_words() -> None:
    values = {"between": {"number": [1, 2], "instant": ["2026-01-01", "2026-02-01"]}}
    for field in FIELDS.values():
        plain: Any = {"number": 1, "instant": "2026-01-01"}.get(field.kind, "x")
        for op in field.operators:
            value: Any = plain
            if op.startswith("is_"):
                value = None
            elif op == "between":
                value = values[op][field.kind]
            elif op.endswith(("in_last", "in_next")):
                value = {"n": 1, "unit": "week"}
            elif op in ("in", "not_in") or op.startswith("has_"):
                value = [plain, plain]
            said = describe(ANA, one(field.name, op, value))
            assert "{" not in said
            assert said.startswith(field.label)


def test_a_wrong_filter_is_refused() -> None:
    with pytest.raises(Refused):
        describe(ANA, one("shoe_size", "eq", 42))
