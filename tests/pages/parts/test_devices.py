"""What a browser says of itself."""

import pytest

from pages.parts.devices import device


@pytest.mark.parametrize(
    ("user_agent", "shown"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:130.0) Firefox/130.0", "Firefox on macOS"),
        ("curl/8.1", "Unknown device"),
        (None, "Unknown device"),
    ],
)
def test_a_browser_is_named_in_plain_words(user_agent: str | None, shown: str) -> None:
    assert device(user_agent) == shown
