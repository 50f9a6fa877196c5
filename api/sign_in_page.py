"""The pages before sign-in: plain HTML and one small stylesheet; no script, nothing from elsewhere."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from hooks.i18n import LOCALES, _, current_locale, language_name

_MARK = (
    '<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="currentColor"/>'
    '<path class="ink" d="M10 8h10a2 2 0 0 1 2 2v1H11a1 1 0 0 0 0 2h12a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H10'
    'a3 3 0 0 1-3-3V11a3 3 0 0 1 3-3z"/><circle cx="20.5" cy="18.5" r="1.75" fill="currentColor"/></svg>'
)
_ICON = (
    "data:image/svg+xml;base64,"
    + base64.b64encode(
        _MARK.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
        .replace("currentColor", "#0f766e")
        .replace('class="ink"', 'fill="#fff"')
        .encode()
    ).decode()
)


@dataclass(frozen=True)
class Field:
    """One field of a form. `hint` stands below it, unless something is wrong with it."""

    name: str
    label: str
    kind: str = "text"
    autocomplete: str = "off"
    value: str = ""
    hint: str = ""
    wrong: str = ""


def page(
    title: str,
    *,
    lead: str = "",
    alert: str = "",
    action: str = "",
    fields: Sequence[Field] = (),
    hidden: Mapping[str, str] | None = None,
    button: str = "",
    link: tuple[str, str] | None = None,
    here: str = "",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Return a page with a title, and a form or a link.

    `here` is its own address, for the switch of languages. The first field that is wrong or empty has the
    focus.
    """
    body = f"<h1>{escape(title)}</h1>"
    if lead:
        body += f'<p class="lead">{escape(lead)}</p>'
    if alert:
        body += f'<p class="alert" role="alert">{escape(alert)}</p>'
    if fields:
        body += _form(action, fields, {"lang": current_locale(), **(hidden or {})}, button)
    if link:
        body += f'<a class="button" href="{escape(link[1])}">{escape(link[0])}</a>'
    return HTMLResponse(_document(title, body, here), status, {**_headers(), **(headers or {})})


def _form(action: str, fields: Sequence[Field], hidden: Mapping[str, str], button: str) -> str:
    focused = next((field for field in fields if field.wrong), None) or next(
        (field for field in fields if not field.value), fields[0]
    )
    inner = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    inner += "".join(_field(field, focus=field is focused) for field in fields)
    return f'<form method="post" action="{escape(action)}">{inner}<button>{escape(button)}</button></form>'


def _field(field: Field, *, focus: bool) -> str:
    told = field.wrong or field.hint
    attributes = {
        "id": field.name,
        "name": field.name,
        "type": field.kind,
        "autocomplete": field.autocomplete,
        "value": field.value,
        "maxlength": "1000",
        "required": "",
    }
    if field.kind == "email":
        attributes |= {"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}
    if focus:
        attributes["autofocus"] = ""
    if told:
        attributes["aria-describedby"] = f"{field.name}-told"
    if field.wrong:
        attributes["aria-invalid"] = "true"
    written = " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
    below = f'<p class="{"wrong" if field.wrong else "hint"}" id="{field.name}-told">{escape(told)}</p>'
    return f'<label for="{field.name}">{escape(field.label)}</label><input {written}>{below if told else ""}'


def _document(title: str, body: str, here: str) -> str:
    locale = current_locale()
    return (
        f'<!doctype html><html lang="{locale.replace("_", "-")}"><head><meta charset="utf-8">'
        f"<title>{escape(title)} · Carteira</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><link rel="icon" href="{_ICON}">'
        f"<style>{_style()}</style></head><body>"
        f'<main><p class="brand">{_MARK}Carteira</p><div class="card">{body}</div></main>'
        f'<nav aria-label="{escape(_("Language"))}">{_languages(here)}</nav></body></html>'
    )


def _languages(here: str) -> str:
    links = []
    for locale in LOCALES:
        address = here + ("&" if "?" in here else "?") + urlencode({"lang": locale})
        current = ' aria-current="true"' if locale == current_locale() else ""
        name, tag = escape(language_name(locale, own=True)), locale.replace("_", "-")
        links.append(f'<a href="{escape(address)}" lang="{tag}" hreflang="{tag}"{current}>{name}</a>')
    return "".join(links)


@lru_cache(maxsize=1)
def _style() -> str:
    return Path(__file__).with_suffix(".css").with_name("sign_in.css").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _headers() -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        "Vary": "Accept-Language, Cookie",
    }
