"""Collect the texts of the code into catalogues, and say what a translation still lacks.

    python locale/catalog.py update     writes every locale/*/LC_MESSAGES/carteira.po anew, translations kept
    python locale/catalog.py check      exits 1 and names each text that is not translated well

The core has one catalogue a language, each plugin one of its own. English is in the code; its catalogue is
the empty form for the next language.
"""

import argparse
import ast
import itertools
import re
import string
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from hooks.i18n import DOMAIN, LOCALES, SOURCE_LOCALE, language_name

HOME = Path(__file__).resolve().parent.parent
CORE = ("app.py", "cli.py", "api", "commands", "hooks", "models", "pages", "services")
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "ngettext": (1, 2)}
ENDINGS = (".py", ".html")
ENDS = ".…:?!"
ICON = re.compile(r":material/\w+:")


@dataclass(frozen=True)
class Part:
    """The core or one plugin: where its texts are, and the folder of its catalogues."""

    name: str
    sources: tuple[Path, ...]
    folder: Path

    def catalogue(self, locale: str) -> Path:
        """Return the file of one language."""
        return self.folder / locale / "LC_MESSAGES" / f"{DOMAIN}.po"


def parts(home: Path) -> Iterator[Part]:
    """Yield the core, then each plugin that speaks."""
    yield Part("core", tuple(home / name for name in CORE), home / "locale")
    for folder in sorted(path.parent for path in home.glob("plugins/*/plugin.toml")):
        yield Part(folder.name, (folder,), folder / "locale")


# --- texts of the code


def template(part: Part, home: Path) -> Catalog:
    """Return the texts of a part, without translations."""
    made = Catalog(domain=DOMAIN, project="Carteira")
    for path in _files(part):
        for text in _texts(path):
            made.add(text, None, [(path.relative_to(home).as_posix(), 0)])
    return made


def _texts(path: Path) -> Iterator[str | tuple[str, ...]]:
    if path.suffix == ".html":
        for _line, text, _comments, _context in extract_from_file("jinja2.ext:babel_extract", path, KEYWORDS):
            yield text
        return
    # Babel's own reader of Python overlooks what stands inside an f-string.
    for node in ast.walk(ast.parse(path.read_bytes())):
        if not isinstance(node, ast.Call):
            continue
        name = str(getattr(node.func, "attr", None) or getattr(node.func, "id", None))
        forms = KEYWORDS.get(name) or (1,)
        values = [getattr(given, "value", None) for given in node.args[: len(forms)]]
        texts = tuple(value for value in values if isinstance(value, str) and value)
        if name in KEYWORDS and texts and len(texts) == len(values):
            yield texts if len(forms) > 1 else texts[0]


def _files(part: Part) -> Iterator[Path]:
    for source in part.sources:
        found = [source] if source.is_file() else sorted(source.rglob("*"))
        for path in found:
            if path.suffix in ENDINGS and "tests" not in path.parts[len(part.folder.parent.parts) :]:
                yield path


def update(home: Path) -> None:
    """Write all catalogues anew: new texts empty, old ones gone, translations of the others kept."""
    for part in parts(home):
        texts = template(part, home)
        if not len(texts):
            continue
        for locale in LOCALES:
            path = part.catalogue(locale)
            present = _read(path, locale)
            present.update(texts, no_fuzzy_matching=True)
            present.obsolete.clear()
            _write(path, present)


def _read(path: Path, locale: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=locale, domain=DOMAIN, project="Carteira")
    with path.open("rb") as file:
        return read_po(file, locale=locale, domain=DOMAIN)


# What gettext needs and no more: dates and names of tools would change with every run.
HEADER = """\
# Carteira, {language}. `make translations` collects the texts.
msgid ""
msgstr ""
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {forms}\\n"

"""


def _write(path: Path, catalogue: Catalog) -> None:
    locale = str(catalogue.locale_identifier)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(
            HEADER.format(
                language=language_name(locale), locale=locale, forms=catalogue.plural_forms
            ).encode()
        )
        write_po(file, catalogue, width=110, omit_header=True, sort_output=True, include_lineno=False)


# --- what a translation lacks


def faults(home: Path) -> Iterator[str]:
    """Yield a line for every text that is missing, left over, or not translated well."""
    for part in parts(home):
        texts = {message.id: message for message in template(part, home) if message.id}
        same = _same_words(part.folder)
        for locale in LOCALES:
            path = part.catalogue(locale)
            if not texts and not path.exists():
                continue
            present = {message.id: message for message in _read(path, locale) if message.id}
            where = f"{part.name} {locale}"
            yield from (
                f"{where}: not in the catalogue: {_shown(text)}" for text in texts.keys() - present.keys()
            )
            yield from (
                f"{where}: no longer in the code: {_shown(text)}" for text in present.keys() - texts.keys()
            )
            if locale != SOURCE_LOCALE:
                allowed = same.get("both", set()) | same.get(locale, set())
                for message in present.values():
                    yield from (
                        f"{where}: {fault}: {_shown(message.id)}" for fault in _faults(message, allowed)
                    )
                unneeded = allowed - {form for message in present.values() for form in _forms(message.id)}
                yield from (f"{where}: listed as the same word, but no text: {word!r}" for word in unneeded)


def _faults(message: Message, same: set[str]) -> Iterator[str]:
    if message.fuzzy:
        yield "fuzzy"
    originals, translated = _forms(message.id), _forms(message.string or "")
    if not all(translated) or not translated:
        yield "not translated"
        return
    whole = originals[-1]
    for number, form in enumerate(translated):
        try:
            lacking = placeholders(whole) ^ placeholders(form)
        except ValueError as error:
            yield f"broken placeholder, {error}"
            continue
        # "One contact" may leave its number out.
        if lacking and not (number == 0 and len(translated) > 1 and lacking == {"n"}):
            yield f"other placeholders ({', '.join(sorted(lacking))})"
        if ICON.findall(whole) != ICON.findall(form):
            yield "other icons"
        if (whole[:1].isspace(), whole[-1:].isspace()) != (form[:1].isspace(), form[-1:].isspace()):
            yield "other spaces at its ends"
        if (set(ENDS) & set(whole[-1:])) != (set(ENDS) & set(form[-1:])):
            yield "ends otherwise"
        if form in originals and form not in same and _has_words(form):
            yield "the same as in English, and not listed in same.toml"


def placeholders(text: str) -> set[str]:
    """Return the names in braces. Raises ValueError for braces that do not match."""
    return {name for _text, name, _format, _conversion in string.Formatter().parse(text) if name is not None}


def _has_words(text: str) -> bool:
    plain = ICON.sub("", "".join(before for before, *_rest in string.Formatter().parse(text)))
    return any(letter.isalpha() for letter in plain)


def _forms(text: str | Iterable[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _shown(text: str | Iterable[str]) -> str:
    return repr(_forms(text)[0])


def _same_words(folder: Path) -> dict[str, set[str]]:
    path = folder / "same.toml"
    if not path.exists():
        return {}
    return {name: set(words) for name, words in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def main() -> int:
    """Do what the first argument says."""
    arguments = argparse.ArgumentParser(description="Carteira's catalogues of texts")
    arguments.add_argument("act", choices=["update", "check"])
    arguments.add_argument("--home", type=Path, default=HOME, help="the checkout")
    given = arguments.parse_args()
    if given.act == "update":
        update(given.home)
        return 0
    found = sorted(faults(given.home))
    for line in itertools.islice(found, 200):
        print(line)
    print(f"translations: {len(found)} to mend" if found else "translations: complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
