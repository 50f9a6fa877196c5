"""What the database knows under the keys of a file: asked by the keys, however many addresses there are."""

from sqlalchemy import text

from hooks.viewer import SYSTEM
from services.imports.known import holders
from services.work import unit_of_work
from tests.fixtures import Database
from tests.worlds import World

KEYS = [f"nobody{n}@example.com" for n in range(2_000)]


def test_the_time_grows_with_the_keys_and_not_with_keys_times_addresses(db: Database) -> None:
    world = World()
    ids = [world.contact(f"Ana{n}") for n in range(50)]
    with unit_of_work(SYSTEM, write=True) as work:
        for n in range(4_000):
            work.session.execute(
                text(
                    "INSERT INTO contact_point (contact_id, kind, value, key, position)"
                    " VALUES (:of, 'email', :key, :key, :n)"
                ),
                {"of": ids[n % 50], "key": f"further{n}@example.com", "n": n},
            )
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    with unit_of_work(SYSTEM) as work:
        if work.on_sqlite:
            raw = work.session.connection().connection.driver_connection
            assert raw is not None
            raw.set_progress_handler(count, 1_000)
        assert holders(work, [], [*KEYS, "further7@example.com"], []) == [("Efurther7@example.com", ids[7])]
    # Some forty steps a key; every key for every address would take more than 40,000 thousands.
    assert steps < 1_000
