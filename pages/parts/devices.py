"""What a browser says of itself, in plain words: Firefox on Windows."""

from hooks.i18n import _

# Each browser names those that it wants to be taken for as well, so the order decides.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device(user_agent: str | None) -> str:
    """Return the browser and its system, as far as either can be told."""
    said = user_agent or ""
    browser = next((name for sign, name in _BROWSERS if sign in said), None)
    system = next((name for sign, name in _SYSTEMS if sign in said), None)
    if browser and system:
        return _("{browser} on {system}").format(browser=browser, system=system)
    return browser or system or _("Unknown device")
