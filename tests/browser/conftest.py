"""A served Carteira with demonstration data, shared by the tests that leave it as it is."""

from collections.abc import Iterator

import pytest

from tests.browser.chromium import Server, serving

CONTACTS = 300


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Three hundred contacts of eight countries, with teams, people, segments and walls; each module has its own."""
    with serving(tmp_path_factory.mktemp("demo")) as served:
        served.carteira("demo", "--contacts", str(CONTACTS))
        yield served
