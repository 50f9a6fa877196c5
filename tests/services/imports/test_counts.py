"""Properties of every file, however messy: counts close, a second time changes nothing, parts change nothing."""

from itertools import permutations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run_with
from hypothesis import strategies as st
from sqlalchemy import text

from hooks.viewer import SYSTEM
from models.imports import KEYS
from services.imports import runs
from services.settings import settings
from services.work import unit_of_work
from tests.services.imports.loading import closed, count, everything, load, outcomes, reviewed
from tests.worlds import World

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.slow]
WORLD = World()

_NAMES = ("", "Ana", "ANA", "Ána", "Bob", "Eva")
_LASTS = ("", "Lima", "Reis")
_PHONES = ("", "", "+33 6 12 34 56 78", "11961234567", "+55 11 96123-4568", "12", "(11) 96123-4569")
_EMAILS = ("", "", "a@a.com", "A@A.com", "b@a.com", "c@a.com", "shared@a.com", "broken@")
_IDS = ("", "", "", "x1", "x2", "x3")
_SEGMENTS = ("", "North", "north;South", "Nowhere", "Wall")

ROWS = st.lists(
    st.fixed_dictionaries({
        "country": st.sampled_from(("BR", "BR", "BR", "", "Atlantis")),
        "first": st.sampled_from(_NAMES),
        "last": st.sampled_from(_LASTS),
        "phone": st.sampled_from(_PHONES),
        "email": st.sampled_from(_EMAILS),
        "id": st.sampled_from(_IDS),
        "organization": st.sampled_from(("", "Acme", "Bolt")),
        "segments": st.sampled_from(_SEGMENTS),
        "tags": st.sampled_from(("", "", "vip", "VIP;Trial", "Trial")),
        "emails": st.sampled_from(("", "", "b@a.com", "d@a.com;a@a.com", "shared@a.com")),
        "phones": st.sampled_from(("", "", "", "+55 11 96123-4568", "(11) 96123-4569; 11961234567")),
    }),
    min_size=1,
    max_size=12,
)  # fmt: skip
OPTIONS = st.fixed_dictionaries({
    "unknown_segments": st.sampled_from(("skip", "reject", "create")),
    "overwrite_segments": st.booleans(),
    "phone_of_another": st.sampled_from(("reject", "create")),
    "match_by": st.sampled_from(list(permutations(KEYS))),
    "existing": st.dictionaries(
        st.sampled_from(("first_name", "phone", "email", "external_id", "organization", "country")),
        st.sampled_from(("overwrite", "fill", "never")),
    ) | st.just({}) | st.just({"segments": "never", "tags": "never"}),
})  # fmt: skip
COLUMNS = (
    "country",
    "first",
    "last",
    "phone",
    "email",
    "id",
    "organization",
    "segments",
    "tags",
    "emails",
    "phones",
)

MESSY = run_with(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _anew(known):
    """Empty the tables, then make the contacts that are known before the file comes."""
    tables = [
        "import_row",
        "import",
        "notification",
        "change",
        "contact_point",
        "segment_member",
        "segment_past",
        "contact_tag",
        "contact_tag_past",
        "tag",
    ]
    tables += ["contact", "wall_set_segment", "act", "segment"]
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.execute(text("DELETE FROM contact_search"))
        for table in tables:
            work.session.execute(text(f'DELETE FROM "{table}"'))
        work.session.execute(text("DELETE FROM wall_set WHERE id <> 0"))
    for name in ("North", "South"):
        WORLD.label(name)
    WORLD.wall("Wall")
    if known:
        WORLD.contact("Ana", last_name="Lima", email="a@a.com", phone="+5511961234567", segments=["North"])
        WORLD.contact("Bob", external_id="x1", emails=["b@a.com", "c@a.com"], segments=["Wall"])
        WORLD.contact("Eva", email="shared@a.com", email_shared=True, phone="+5511961234567")
        WORLD.contact("Ana", last_name="Reis", phone="+5511961234568")
        WORLD.contact("Bob", last_name="Lima", phones=["+5511961234569", "+5511961234568"])
        WORLD.contact("Eva", last_name="Reis", country="BR", phone="+33612345678")


@MESSY
@given(rows=ROWS, options=OPTIONS, known=st.booleans())
def test_counts_close_and_the_same_file_twice_changes_nothing(rows, options, known):
    _anew(known)
    first = load(*rows, columns=COLUMNS, **options)
    before = (
        count("contact"),
        count("change", "kind = 'updated'"),
        count("segment_member"),
        count("segment_past"),
    )
    second = load(*rows, columns=COLUMNS, **options)
    after = (
        count("contact"),
        count("change", "kind = 'updated'"),
        count("segment_member"),
        count("segment_past"),
    )
    assert (second.created, second.updated, after) == (0, 0, before)
    assert second.rejected >= first.rejected
    _hold_together()


@MESSY
@given(rows=ROWS, options=OPTIONS, chunk=st.integers(1, 4))
def test_parts_of_any_size_and_a_review_before_come_to_the_same(rows, options, chunk):
    _anew(known=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(settings().imports, "chunk_rows", chunk)
        read = reviewed(*rows, columns=COLUMNS, **options)
        said = outcomes(read)
        runs.accept(SYSTEM, read.id)
        runs.carry_out(read.id)
        in_parts = closed(runs.get(SYSTEM, read.id))
        assert (outcomes(in_parts), in_parts.changed_since_review) == (said, 0)
    kept = everything()
    _anew(known=True)
    at_once = load(*rows, columns=COLUMNS, **options)
    assert (in_parts.created, in_parts.updated, in_parts.reasons) == (
        at_once.created, at_once.updated, at_once.reasons,
    )  # fmt: skip
    assert len(kept["contact"]) == count("contact")


def _hold_together():
    """Wall sets agree with members, primaries with further addresses, search text with both."""
    with unit_of_work(SYSTEM) as work:
        rows = work.session.execute(text(
            "SELECT c.id, w.key, c.email, c.phone, s.text, s.phones FROM contact c"
            " JOIN wall_set w ON w.id = c.wall_set_id JOIN contact_search s"
            f" ON s.{'rowid' if work.on_sqlite else 'contact_id'} = c.id"
        )).all()  # fmt: skip
        for contact_id, key, email, phone, words, digits in rows:
            walls = work.session.scalars(text(
                "SELECT m.segment_id FROM segment_member m JOIN segment s ON s.id = m.segment_id"
                " WHERE m.contact_id = :id AND s.restricted ORDER BY 1"
            ), {"id": contact_id}).all()  # fmt: skip
            assert ",".join(map(str, walls)) == key
            points = work.session.execute(
                text("SELECT kind, key FROM contact_point WHERE contact_id = :id"), {"id": contact_id}
            ).all()
            emails = [email, *(of for kind, of in points if kind == "email")]
            phones = [phone, *(of for kind, of in points if kind == "phone")]
            assert all(one in words.split("\n") for one in emails if one)
            assert sorted(digits.split("\n")) == sorted(one.lstrip("+") for one in phones if one) or not any(
                phones
            )
            assert len(set(emails)) == len(emails)
            assert len(set(phones)) == len(phones)
