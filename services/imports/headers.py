"""What the columns of a file mean: headers in three languages, in any order, case and accent."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from hooks.i18n import best_locale
from models.fold import fold

# The sample's columns, which a plain export writes too.
LAYOUT = (
    "country", "first_name", "last_name", "phone", "email", "account_number", "organization", "external_id",
    "segments",
)  # fmt: skip

# The first name of a field is the one that is written; of two columns for one field, the earlier name wins.
_NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "country": ("Country Code", "Country", "ISO Country Code", "Country ISO"),
        "first_name": ("First Name", "Given Name", "Forename", "First"),
        "last_name": ("Last Name", "Surname", "Family Name", "Last"),
        "phone": (
            "Mobile Number", "Mobile", "Mobile Phone", "Cell Phone", "Cell", "Cellphone", "WhatsApp", "Phone",
            "Phone Number", "Telephone", "Tel",
        ),
        "email": ("Email", "Email Address", "Mail"),
        "account_number": ("Account Number", "Account No", "Account #"),
        "organization": ("Organization", "Organisation", "Company", "Company Name"),
        "external_id": ("External ID", "External Identifier", "External Key"),
        "segments": ("Segments", "Segment"),
        "tags": ("Tags", "Tag"),
        "region": ("Region", "State", "Province", "State/Province"),
        "city": ("City", "Town"),
        "postcode": ("Postcode", "Postal Code", "ZIP Code", "ZIP"),
        "street": ("Street", "Address", "Street Address"),
        "source": ("Source", "Lead Source"),
        "importance": ("Importance",),
        "revenue": ("Revenue", "Annual Revenue"),
        "language": ("Language",),
        "time_zone": ("Time Zone",),
        "responsible": ("Responsible", "Owner", "Assigned To", "Responsible Email"),
    },
    "pt": {
        "country": ("Código do país", "País", "Código país", "Código ISO do país", "Sigla do país"),
        "first_name": ("Nome", "Primeiro nome", "Nome próprio"),
        "last_name": ("Sobrenome", "Último nome", "Nome de família", "Apelido"),
        "phone": (
            "Número de celular", "Celular", "Número do celular", "Telefone celular", "Telemóvel", "WhatsApp",
            "Número de telefone", "Número do telefone", "Telefone", "Fone", "Tel",
        ),
        "email": ("E-mail", "Endereço de e-mail", "Correio eletrônico"),
        "account_number": ("Número da conta", "Conta", "Número de conta", "Nº da conta"),
        "organization": ("Organização", "Empresa", "Companhia", "Razão social"),
        "external_id": ("ID externo", "Identificador externo", "Código externo"),
        "segments": ("Segmentos", "Segmento"),
        "tags": ("Etiquetas", "Etiqueta", "Tags", "Tag"),
        "region": ("Região", "Estado", "UF", "Província"),
        "city": ("Cidade", "Município", "Localidade"),
        "postcode": ("CEP", "Código postal"),
        "street": ("Rua", "Endereço", "Logradouro", "Morada"),
        "source": ("Origem", "Fonte", "Origem do lead"),
        "importance": ("Importância",),
        "revenue": ("Receita", "Faturamento", "Receita anual"),
        "language": ("Idioma", "Língua"),
        "time_zone": ("Fuso horário",),
        "responsible": ("Responsável", "Proprietário", "E-mail do responsável"),
    },
    "fr": {
        "country": (
            "Code pays", "Pays", "Code du pays", "Indicatif pays", "Indicatif du pays", "Code ISO du pays",
        ),
        "first_name": ("Prénom",),
        "last_name": ("Nom", "Nom de famille"),
        "phone": (
            "Numéro de portable", "Numéro de téléphone portable", "Téléphone portable", "Portable", "Mobile",
            "Numéro de mobile", "Téléphone mobile", "Cellulaire", "WhatsApp", "Numéro de téléphone",
            "Téléphone", "Tél",
        ),
        "email": ("Adresse e-mail", "E-mail", "Courriel", "Adresse électronique", "Mail"),
        "account_number": ("Numéro de compte", "N° de compte"),
        "organization": ("Organisation", "Entreprise", "Société", "Raison sociale"),
        "external_id": ("Identifiant externe", "ID externe", "Code externe"),
        "segments": ("Segments", "Segment"),
        "tags": ("Étiquettes", "Étiquette", "Tags"),
        "region": ("Région", "Province", "État", "Département"),
        "city": ("Ville", "Commune"),
        "postcode": ("Code postal",),
        "street": ("Rue", "Adresse", "Adresse postale", "Voie"),
        "source": ("Source", "Origine", "Provenance"),
        "importance": ("Importance",),
        "revenue": ("Chiffre d'affaires", "Revenu"),
        "language": ("Langue",),
        "time_zone": ("Fuseau horaire",),
        "responsible": ("Responsable", "Propriétaire", "E-mail du responsable"),
    },
}  # fmt: skip
LANGUAGES = tuple(_NAMES)
FIELDS = tuple(_NAMES["en"])

# The last three columns of a file of rejected rows; an import passes over them.
_REPORT = {
    "en": ("row", "code", "reason"),
    "pt": ("linha", "código", "motivo"),
    "fr": ("ligne", "code", "motif"),
}


@dataclass(frozen=True)
class Understanding:
    """What a header means: a field or null for each column, and which columns are only Carteira's own report.

    `language` is the one in which most columns are known; null where the header speaks for none.
    """

    fields: tuple[str | None, ...]
    report: tuple[int, ...] = ()
    language: str | None = None

    @property
    def known(self) -> int:
        """How many columns have a meaning."""
        return sum(name is not None for name in self.fields) + len(self.report)


def understand(header: Sequence[str], language: str | None = None) -> Understanding:
    """Return what each column means: the whole header decides its `language`, and each field has one column.

    A second column for the same field, and whatever is not known, has no field: the person maps it.
    """
    report = _report_columns(header)
    meanings = [{} if at in report else _meanings().get(_key(name), {}) for at, name in enumerate(header)]
    language = language or _language(meanings)
    claims = sorted(
        (spoken != language, rank, at, field)
        for at, meaning in enumerate(meanings)
        for spoken, (field, rank) in meaning.items()
    )
    fields: list[str | None] = [None] * len(header)
    taken: set[str] = set()
    for _foreign, _rank, at, field in claims:
        if fields[at] is None and field not in taken:
            fields[at] = field
            taken.add(field)
    return Understanding(tuple(fields), report, language)


def own_columns(header: Sequence[str]) -> tuple[int, ...]:
    """Return where the columns of the file itself are, without those of an earlier report."""
    report = _report_columns(header)
    return tuple(at for at in range(len(header)) if at not in report)


def header_of(field: str, locale: str) -> str:
    """Return the header that is written for a field; an import knows it again."""
    return _NAMES[_language_of(locale)][field][0]


def layout_header(locale: str) -> tuple[str, ...]:
    """Return the sample's header in the language of `locale`."""
    return tuple(header_of(field, locale) for field in LAYOUT)


def report_header(locale: str) -> tuple[str, str, str]:
    """Return the names of the three columns that a file of rejected rows ends with."""
    row, code, reason = _REPORT[_language_of(locale)]
    return row, code, reason


def _language_of(locale: str) -> str:
    return best_locale(locale).partition("_")[0]


def _key(name: str) -> str:
    """Return a header without case, accents and signs: First_Name, firstName and FIRST NAME are one."""
    return "".join(sign for sign in fold(name) if sign.isalnum())


def _language(meanings: Sequence[dict[str, tuple[str, int]]]) -> str | None:
    """Return the language that knows most columns; null when none knows one, or several as many."""
    votes = Counter(spoken for meaning in meanings for spoken in meaning)
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


@lru_cache(maxsize=1)
def _meanings() -> dict[str, dict[str, tuple[str, int]]]:
    """Return, for a header's key, the field that it names in each language, with the rank of the name."""
    meanings: dict[str, dict[str, tuple[str, int]]] = {}
    for language, fields in _NAMES.items():
        for field, names in fields.items():
            own = (field.replace("_", " "),)  # the API's own name of the field
            for rank, name in enumerate((*names, *own)):
                meanings.setdefault(_key(name), {}).setdefault(language, (field, rank))
    return meanings


def _report_columns(header: Sequence[str]) -> tuple[int, ...]:
    """Return the columns of an earlier report: the three names beside each other, in one of the languages."""
    keys = [_key(name) for name in header]
    found: list[int] = []
    for names in _REPORT.values():
        wanted = [_key(name) for name in names]
        for at in range(len(keys) - 2):
            if keys[at : at + 3] == wanted:
                found.extend(range(at, at + 3))
    return tuple(sorted(set(found)))
