"""vCards for tests, put together of lines."""


def card(*lines: str, version: str = "3.0") -> str:
    """Return a card with these lines."""
    return "".join(f"{line}\r\n" for line in ("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD"))
