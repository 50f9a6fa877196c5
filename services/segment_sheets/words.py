"""The words of cells: yes and no, and colours, in English, Portuguese and French."""

from hooks.i18n import best_locale
from models.fold import fold
from models.segment import COLOURS

# The first of each is the one that is written.
_YES = {"en": ("yes", "y", "true", "on", "1"), "pt": ("sim", "s", "verdadeiro"), "fr": ("oui", "o", "vrai")}
_NO = {"en": ("no", "n", "false", "off", "0"), "pt": ("não", "falso"), "fr": ("non", "faux")}
_COLOURS = {
    "en": {
        "blue": ("blue",), "green": ("green",), "orange": ("orange",), "red": ("red",),
        "violet": ("violet", "purple"), "grey": ("grey", "gray"), "yellow": ("yellow",),
        "primary": ("teal", "primary"),
    },
    "pt": {
        "blue": ("azul",), "green": ("verde",), "orange": ("laranja",), "red": ("vermelho",),
        "violet": ("violeta", "roxo"), "grey": ("cinza", "cinzento"), "yellow": ("amarelo",),
        "primary": ("azul-petróleo", "verde-azulado"),
    },
    "fr": {
        "blue": ("bleu",), "green": ("vert",), "orange": ("orange",), "red": ("rouge",),
        "violet": ("violet",), "grey": ("gris",), "yellow": ("jaune",),
        "primary": ("bleu canard", "sarcelle"),
    },
}  # fmt: skip

_TRUTHS = {
    fold(word): truth for truth, of in ((True, _YES), (False, _NO)) for words in of.values() for word in words
}
_CODES = {fold(word): code for of in _COLOURS.values() for code, words in of.items() for word in words}


def truth(text: str) -> bool | None:
    """Return whether a cell says yes or no; null where it says neither."""
    return _TRUTHS.get(fold(text))


def colour(text: str) -> str | None:
    """Return the colour that a cell names; null where there is none of that name."""
    return _CODES.get(fold(text))


def said(value: bool, locale: str) -> str:
    """Return yes or no in the language of `locale`."""
    return (_YES if value else _NO)[_language(locale)][0]


def colour_called(code: str, locale: str) -> str:
    """Return what a colour is called in the language of `locale`."""
    return _COLOURS[_language(locale)][code][0]


def colours(locale: str) -> tuple[str, ...]:
    """Return what all colours are called in the language of `locale`."""
    return tuple(colour_called(code, locale) for code in COLOURS)


def _language(locale: str) -> str:
    return best_locale(locale).partition("_")[0]
