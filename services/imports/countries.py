"""The country column: ISO 3166 codes, or the name of a country in English, Portuguese or French."""

from functools import lru_cache

from models.fold import fold
from services.imports.unreadable import Unreadable

LANGUAGES = ("en", "pt", "fr")

# What CLDR says in one way only, or not at all.
_FURTHER_NAMES = {
    "CD": (
        "Democratic Republic of the Congo",
        "República Democrática do Congo",
        "République démocratique du Congo",
    ),
    "CG": ("Republic of the Congo", "República do Congo", "République du Congo"),
    "CI": ("Ivory Coast",),
    "CZ": ("Czech Republic", "República Tcheca"),
    "GB": ("UK", "Great Britain", "Grã-Bretanha", "Grande-Bretagne"),
    "HK": ("Hong Kong",),
    "MK": ("Macedonia", "Macedônia", "Macédoine"),
    "MM": ("Burma", "Myanmar"),
    "MO": ("Macao", "Macau"),
    "NL": ("The Netherlands", "Holanda"),
    "PS": ("Palestine", "Palestina"),
    "SZ": ("Swaziland", "Suazilândia"),
    "TR": ("Turkey",),
    "XK": ("XKX",),
    "US": ("United States of America", "Estados Unidos da América", "États-Unis d'Amérique", "EUA", "U.S.A."),
}
_LONGEST_NAME = 200
_NO_COUNTRIES = frozenset(("AC", "CP", "DG", "EU", "TA", "XA", "XB", "ZZ"))
_WITHDRAWN = frozenset(("BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"))


def read_country(text: str) -> str | Unreadable:
    """Return the ISO 3166 alpha-2 code that a cell means, by alpha-2 or alpha-3 in any case, or by name."""
    known = _known()
    code = known.get(text) or (known.get(_key(text)) if len(text) <= _LONGEST_NAME else None)
    if code is not None:
        return code
    bare = "".join(text.split()).strip("+()")
    return Unreadable("country_dialling_code" if bare.isdecimal() else "country_unknown", text)


def _key(text: str) -> str:
    return fold(text).replace("’", "'").replace("&", "and")


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    """Return the code for every folded code and name, and for codes in capitals, as most files write them."""
    from babel import Locale
    from babel.core import get_global

    by_alpha3 = {
        long: short[0]
        for long, short in get_global("territory_aliases").items()
        if len(long) == 3 and long.isalpha() and len(short) == 1 and long not in _WITHDRAWN
    }
    # Territories without an alpha-3 code are groupings and exceptions of CLDR's, not countries of ISO 3166.
    spoken = {code for code in set(by_alpha3.values()) if code in Locale("en").territories} - _NO_COUNTRIES
    known: dict[str, str] = {}
    for language in LANGUAGES:
        names = Locale(language).territories
        known |= {_key(names[code]): code for code in spoken}
    known |= {_key(name): code for code, names in _FURTHER_NAMES.items() for name in names}
    for written, code in [*by_alpha3.items(), *((code, code) for code in spoken)]:
        if code in spoken:
            known[written] = known[written.lower()] = code
    return known
