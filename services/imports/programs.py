"""Files that other programs export, known by their whole header, in English, Portuguese and French: nobody maps them.

Google Contacts (the layout of 2024 and the one before it), Outlook, Thunderbird, and the table that is made of a
vCard. Outlook writes some headers in English whatever its language, so one table serves all three.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from models.fold import fold

GOOGLE, OUTLOOK, THUNDERBIRD, VCARD = "Google Contacts", "Outlook", "Thunderbird", "vCard"

# The column by which the table of a vCard is known again, in a file of its rejected rows too.
CARD_UID = "vCard UID"

# The addresses that a program tells apart. The one that is filled most comes in, another one where a row lacks it.
_ADDRESSES = ("work", "home", "other")

# Of an address: its fields, each with its columns; a street may have several.
Address = Mapping[str, tuple[int, ...]]

# What a header of a program's file means: a field, or the field of one of the addresses ("work.city").
_OUTLOOK: dict[str, tuple[str, ...]] = {
    "first_name": ("First Name", "Primeiro nome", "Nome", "Nome próprio", "Prénom"),
    "middle_name": ("Middle Name", "Segundo nome", "Nome do meio", "Deuxième prénom"),
    "last_name": ("Last Name", "Sobrenome", "Apelido", "Nom", "Nom de famille"),
    "organization": ("Company", "Empresa", "Société"),
    "email": (
        "E-mail Address", "Endereço de email", "Endereço de correio electrónico", "Endereço de correio eletrónico",
        "Adresse de messagerie",
    ),
    "further_emails": (
        "E-mail 2 Address", "E-mail 3 Address", "Endereço de email 2", "Endereço de email 3",
        "Endereço do correio electrónico 2", "Endereço do correio electrónico 3", "Adresse de messagerie 2",
        "Adresse de messagerie 3",
    ),
    "phone": (
        "Mobile Phone", "Telefone celular", "Celular", "Telemóvel", "Tél. mobile", "Téléphone mobile",
        "Téléphone portable",
    ),
    "further_phones": (
        "Primary Phone", "Business Phone", "Business Phone 2", "Home Phone", "Home Phone 2", "Other Phone",
        "Company Main Phone", "Car Phone", "Telefone principal", "Telefone comercial", "Telefone comercial 2",
        "Telefone residencial", "Telefone residencial 2", "Outro telefone", "Telefone principal da empresa",
        "Telefone do carro", "Telefone da empresa", "2º telefone da empresa", "Telefone da residência",
        "2º telefone da residência", "Téléphone principal", "Téléphone (bureau)", "Téléphone 2 (bureau)",
        "Téléphone (domicile)", "Téléphone 2 (domicile)", "Téléphone (autre)", "Téléphone société",
        "Téléphone (voiture)", "Téléphone professionnel", "Téléphone personnel",
    ),
    "segments": ("Categories", "Categorias", "Catégories"),
    "work.street": (
        "Business Street", "Rua do endereço comercial", "Endereço comercial", "Rua da empresa", "Rue (bureau)",
    ),
    "work.further_street": (
        "Business Street 2", "Business Street 3", "Rua do endereço comercial 2", "Rua do endereço comercial 3",
        "Rua da empresa 2", "Rua da empresa 3", "Rue 2 (bureau)", "Rue 3 (bureau)", "Rue (bureau) 2", "Rue (bureau) 3",
    ),
    "work.city": (
        "Business City", "Cidade do endereço comercial", "Localidade da empresa", "Ville (bureau)",
    ),
    "work.region": (
        "Business State", "Estado do endereço comercial", "Distrito da empresa", "Dép/Région (bureau)",
    ),
    "work.postcode": (
        "Business Postal Code", "CEP do endereço comercial", "Código postal da empresa", "Code postal (bureau)",
    ),
    "work.country": (
        "Business Country/Region", "Business Country", "País/Região da Empresa", "País/Região do endereço comercial",
        "Pays/Région (bureau)", "Pays (bureau)",
    ),
    "home.street": (
        "Home Street", "Endereço residencial", "Rua do endereço residencial", "Rua da residência", "Rue (domicile)",
    ),
    "home.further_street": (
        "Home Street 2", "Home Street 3", "Rua do endereço residencial 2", "Rua do endereço residencial 3",
        "Rua da residência 2", "Rua da residência 3", "Rue 2 (domicile)", "Rue 3 (domicile)", "Rue (domicile) 2",
        "Rue (domicile) 3",
    ),
    "home.city": (
        "Home City", "Cidade do endereço residencial", "Localidade da residência", "Ville (domicile)",
    ),
    "home.region": (
        "Home State", "Estado", "Estado do endereço residencial", "Distrito da residência", "Dép/Région (domicile)",
    ),
    "home.postcode": (
        "Home Postal Code", "CEP do endereço residencial", "Código postal da residência", "Code postal (domicile)",
    ),
    "home.country": (
        "Home Country/Region", "Home Country", "País/Região de Residência", "País/Região da residência",
        "Pays/Région (domicile)", "Pays (domicile)",
    ),
    "other.street": ("Other Street", "Outro endereço", "Rua do outro endereço", "Rue (autre)"),
    "other.further_street": (
        "Other Street 2", "Other Street 3", "Rua do outro endereço 2", "Rua do outro endereço 3", "Rue 2 (autre)",
        "Rue 3 (autre)", "Rue (autre) 2", "Rue (autre) 3",
    ),
    "other.city": ("Other City", "Cidade", "Outra cidade", "Localidade do outro endereço", "Ville (autre)"),
    "other.region": ("Other State", "Outro Estado", "Distrito do outro endereço", "Dép/Région (autre)"),
    "other.postcode": ("Other Postal Code", "CEP", "Código postal do outro endereço", "Code postal (autre)"),
    "other.country": ("Other Country/Region", "Other Country", "Outro País/Região", "Pays/Région (autre)"),
}  # fmt: skip
# What says that a header is Outlook's: files of one's own are seldom called so.
_SAYS_OUTLOOK = (
    "further_emails", "further_phones", "work.street", "work.city", "work.region", "work.postcode", "home.street",
    "home.city", "home.postcode", "other.street",
)  # fmt: skip
_SAYS_OUTLOOK_TOO = (
    "Adresse de messagerie",
    "Tél. mobile",
    "Nome para exibição do email",
    "E-mail Display Name",
)

_THUNDERBIRD: dict[str, tuple[str, ...]] = {
    "first_name": ("First Name", "Primeiro nome", "Nome", "Prénom"),
    "last_name": ("Last Name", "Sobrenome", "Nom de famille", "Nom"),
    "full_name": ("Display Name", "Apresentar como", "Nome de exibição", "Nome a ser exibido", "Nom à afficher"),
    "email": (
        "Primary Email", "E-mail primário", "E-mail principal", "Première adresse électronique",
        "Adresse électronique principale",
    ),
    "further_emails": (
        "Secondary Email", "E-mail secundário", "Deuxième adresse électronique", "Adresse électronique secondaire",
    ),
    "phone": ("Mobile Number", "Número celular", "Celular", "Portable", "Tél. portable"),
    "further_phones": (
        "Work Phone", "Home Phone", "Telefone comercial", "Telefone residencial", "Tél. professionnel",
        "Tél. personnel",
    ),
    "organization": ("Organization", "Organisation", "Empresa", "Organização", "Société"),
    "home.street": ("Home Address", "Endereço", "Endereço residencial", "Adresse privée"),
    "home.further_street": ("Home Address 2", "Endereço 2", "Endereço residencial 2", "Adresse privée 2"),
    "home.city": ("Home City", "Cidade", "Ville"),
    "home.region": ("Home State", "Home County", "Estado", "Pays/État"),
    "home.postcode": ("Home ZipCode", "Home Post Code", "CEP", "Code postal"),
    "home.country": ("Home Country", "País", "Région"),
    "work.street": ("Work Address", "Endereço de trabalho", "Adresse professionnelle"),
    "work.further_street": ("Work Address 2", "Endereço de trabalho 2", "Adresse professionnelle 2"),
    "work.city": ("Work City", "Cidade de trabalho"),
    "work.region": ("Work State", "Work County", "Estado de trabalho"),
    "work.postcode": ("Work ZipCode", "Work Post Code", "CEP de trabalho"),
    "work.country": ("Work Country", "País de trabalho"),
}  # fmt: skip
_SAYS_THUNDERBIRD = (
    "Display Name", "Primary Email", "Secondary Email", "Screen Name", "Pager Number", "Web Page 1", "Work ZipCode",
    "Home ZipCode", "Work Address", "Apresentar como", "E-mail primário", "E-mail secundário", "Nome de tela",
    "Número do pager", "Endereço de trabalho", "CEP de trabalho", "Página da web 1", "Nom à afficher",
    "Première adresse électronique", "Deuxième adresse électronique", "Adresse électronique secondaire",
    "Nom de l'écran", "Adresse privée", "Adresse professionnelle", "Tél. professionnel", "Tél. personnel",
)  # fmt: skip

_GOOGLE: dict[str, tuple[str, ...]] = {
    "first_name": ("Given Name", "First Name", "Nome", "Prénom"),
    "middle_name": ("Additional Name", "Middle Name", "Nome do meio", "Deuxième prénom"),
    "last_name": ("Family Name", "Last Name", "Sobrenome", "Nom de famille", "Nom"),
    "full_name": ("Name", "File As"),
    "organization": ("Organization Name", "Organization 1 - Name", "Nome da organização", "Nom de l'organisation"),
    "segments": ("Labels", "Group Membership", "Marcadores", "Libellés"),
}  # fmt: skip
# "E-mail 1 - Value", "Phone 2 - Value", "Address 1 - Postal Code": without signs and spaces.
_GOOGLE_VALUE = re.compile(r"(email|phone|telefone|telephone)(\d+)(?:value|valor|valeur)")
# "IM 1 - Service", "IM 1 - Value".
_GOOGLE_HANDLE = re.compile(
    r"(?:im|mi|mensagensinstantaneas|mensageminstantanea|messagerieinstantanee)(\d+)"
    r"(service|servico|value|valor|valeur)"
)
_GOOGLE_VALUES = frozenset(("value", "valor", "valeur"))
_GOOGLE_ADDRESS = re.compile(
    r"(?:address|endereco|adresse)(\d+)"
    r"(street|city|region|postalcode|country|rua|cidade|regiao|cep|pais|rue|ville|codepostal|pays|"
    r"extendedaddress|pobox|enderecoestendido|caixapostal|adresseetendue|boitepostale)"
)
_GOOGLE_PLACE = {
    "street": "street", "rua": "street", "rue": "street", "city": "city", "cidade": "city", "ville": "city",
    "region": "region", "regiao": "region", "postalcode": "postcode", "cep": "postcode", "codepostal": "postcode",
    "country": "country", "pais": "country", "pays": "country", "extendedaddress": "further_street",
    "pobox": "further_street", "enderecoestendido": "further_street", "caixapostal": "further_street",
    "adresseetendue": "further_street", "boitepostale": "further_street",
}  # fmt: skip
# A file with one of these is laid out like our own sample.
_OWN = (
    "Country Code", "Código do país", "Indicatif pays", "Indicatif du pays", "Code pays", "External ID", "ID externo",
    "Identifiant externe", "Segments", "Segment", "Segmentos", "Segmento",
)  # fmt: skip


@dataclass(frozen=True)
class Program:
    """Who wrote a file: `name`, and for each column its field or null; no fields for a table in our own words.

    `addresses` are those that it tells apart, of which `fields` has one. `services` are, by columns of messengers'
    handles, those that name the messenger.
    """

    name: str
    fields: tuple[str | None, ...] | None
    addresses: tuple[Address, ...] = ()
    services: Mapping[int, int] = field(default_factory=dict)


def key_of(header: str) -> str:
    """Return a header without case, accents and signs: First_Name, firstName and FIRST NAME are one."""
    return "".join(sign for sign in fold(header) if sign.isalnum())


def recognised(header: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> Program | None:
    """Return the program that wrote a file; by its first `rows`, which of several addresses is the one that is used."""
    keys = [key_of(name) for name in header]
    if key_of(CARD_UID) in keys:
        return Program(VCARD, None)
    if not _own().isdisjoint(keys):
        return None
    if any(_GOOGLE_VALUE.fullmatch(key) for key in keys):
        return replace(_program(GOOGLE, list(_google_roles(keys)), rows), services=_google_services(keys))
    for name, roles, says in _others():
        meant = list(_roles(keys, roles))
        if sum(role is not None for role in meant) >= 4 and sum(key in says for key in keys) >= 2:
            return _program(name, meant, rows)
    return None


def in_turn(mapping: Mapping[int, str | None], addresses: Sequence[Address]) -> tuple[Address, ...]:
    """Return the address that is mapped, and behind it those that a row without it may bring in its place.

    Empty where none is mapped, where columns of several are, or where there is no other one that is left out.
    """
    as_mapped = [
        {
            name: here
            for name, of in one.items()
            if (here := tuple(at for at in of if mapping.get(at) == name))
        }
        for one in addresses
    ]
    mapped = [one for one in as_mapped if one]
    if len(mapped) != 1:
        return ()
    others = [
        one
        for one in addresses
        if not any(mapping.get(at) for of in one.values() for at in of) and one.keys() & mapped[0]
    ]
    return (mapped[0], *others) if others else ()


def _program(name: str, roles: Sequence[str | None], rows: Sequence[Sequence[str]]) -> Program:
    found: dict[str, dict[str, tuple[int, ...]]] = {}
    for at, role in enumerate(roles):
        address, dot, place = (role or "").rpartition(".")
        if dot:
            places = found.setdefault(address, {})
            places[place] = (*places.get(place, ()), at)
    order = [one for one in _ADDRESSES if one in found] or sorted(found)
    return Program(name, _fields(roles, rows), tuple(found[one] for one in order))


def _google_roles(keys: Sequence[str]) -> Iterator[str | None]:
    named = _by_key(_GOOGLE)
    for key in keys:
        if value := _GOOGLE_VALUE.fullmatch(key):
            kind = "email" if value[1] == "email" else "phone"
            yield kind if value[2] == "1" else f"further_{kind}s"
        elif (handle := _GOOGLE_HANDLE.fullmatch(key)) and handle[2] in _GOOGLE_VALUES:
            yield "messengers"
        elif place := _GOOGLE_ADDRESS.fullmatch(key):
            yield f"{place[1]}.{_GOOGLE_PLACE[place[2]]}"
        else:
            yield named.get(key)


def _google_services(keys: Sequence[str]) -> dict[int, int]:
    """Return, for each column of handles, the one that names their messenger."""
    found = [(at, handle) for at, key in enumerate(keys) if (handle := _GOOGLE_HANDLE.fullmatch(key))]
    named = {handle[1]: at for at, handle in found if handle[2] not in _GOOGLE_VALUES}
    return {
        at: named[handle[1]] for at, handle in found if handle[2] in _GOOGLE_VALUES and handle[1] in named
    }


def _roles(keys: Sequence[str], named: Mapping[str, str]) -> Iterator[str | None]:
    """Yield what each header means; French Thunderbird calls the columns of both addresses alike, home first."""
    seen: set[str] = set()
    for key in keys:
        role = named.get(key)
        if role is not None and role.startswith("home.") and role in seen and not role.endswith("_street"):
            role = role.replace("home.", "work.")
        seen.add(role or "")
        yield role


def _fields(roles: Sequence[str | None], rows: Sequence[Sequence[str]]) -> tuple[str | None, ...]:
    """Return the field of each column, where only one address, and each other field but one column, comes in."""
    chosen = _fullest(roles, rows)
    taken: set[str] = set()
    fields: list[str | None] = []
    for role in roles:
        address, dot, name = (role or "").rpartition(".")
        meant = name if not dot or address == chosen else ""
        if meant in taken and not meant.startswith("further_") and meant != "messengers":
            meant = ""
        taken.add(meant)
        fields.append(meant or None)
    return tuple(fields)


def _fullest(roles: Sequence[str | None], rows: Sequence[Sequence[str]]) -> str:
    """Return the address of which most cells are filled; none where the file has no addresses."""

    def filled(address: str) -> int:
        places = [at for at, role in enumerate(roles) if role and role.startswith(f"{address}.")]
        return sum(bool(row[at].strip()) for row in rows for at in places if at < len(row))

    there = {role.partition(".")[0] for role in roles if role and "." in role}
    return max([one for one in _ADDRESSES if one in there] or sorted(there), key=filled, default="")


@lru_cache(maxsize=1)
def _own() -> frozenset[str]:
    return frozenset(key_of(name) for name in _OWN)


@lru_cache(maxsize=1)
def _others() -> tuple[tuple[str, dict[str, str], frozenset[str]], ...]:
    outlook = [*_SAYS_OUTLOOK_TOO, *(name for role in _SAYS_OUTLOOK for name in _OUTLOOK[role])]
    plain = {key_of(name) for name in ("Celular", "CEP", "Cidade", "Estado", "Endereço comercial")}
    return (
        (THUNDERBIRD, _by_key(_THUNDERBIRD), frozenset(key_of(name) for name in _SAYS_THUNDERBIRD)),
        (OUTLOOK, _by_key(_OUTLOOK), frozenset(key_of(name) for name in outlook) - plain),
    )


def _by_key(roles: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {key_of(name): role for role, names in roles.items() for name in names}
