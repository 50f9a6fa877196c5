"""What the columns of a file mean: headers in three languages, in any order, case and accent."""

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hooks.i18n import best_locale
from services.imports.programs import Address, Program, key_of, recognised

# The sample's columns, which a plain export writes too.
LAYOUT = (
    "country", "first_name", "last_name", "phone", "email", "account_number", "organization", "external_id",
    "segments",
)  # fmt: skip

# The first name of a field is the one that is written; of two columns for one field, the earlier name wins.
_NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "country": ("Country Code", "Country", "ISO Country Code", "Country ISO", "Country/Region", "Mailing Country",
            "Default Address Country Code",
        ),
        "first_name": (
            "First Name", "Given Name", "Forename", "First", "Christian Name", "Person - First Name",
        ),
        "last_name": ("Last Name", "Surname", "Family Name", "Last", "Person - Last Name"),
        "phone": (
            "Mobile Number", "Mobile", "Mobile Phone", "Cell Phone", "Cell", "Cellphone", "Mobile Phone Number",
            "Cell Number", "Cell Phone Number", "Mobile No", "WhatsApp", "Phone", "Phone Number", "Telephone", "Tel",
            "Phone No", "Telephone Number", "Contact Number", "Mobile 1", "Phone 1",
            "Person - Phone - Mobile", "SMS",
        ),
        "email": (
            "Email", "Email Address", "Mail", "Email ID", "Primary Email", "Main Email", "Email 1",
            "Person - Email - Work",
        ),
        "account_number": ("Account Number", "Account No", "Account #"),
        "organization": (
            "Organization", "Organisation", "Company", "Company Name", "Organization Name", "Business Name",
            "Employer", "Account Name", "Person - Organization", "Default Address Company",
        ),
        "external_id": ("External ID", "External Identifier", "External Key", "Ext ID"),
        "segments": ("Segments", "Segment"),
        "tags": ("Tags", "Tag", "Labels", "Person - Label", "Person - Labels"),
        "region": (
            "Region", "State", "Province", "State/Province", "County", "State/Region", "Mailing State/Province",
            "Mailing State", "Default Address Province Code",
        ),
        "city": ("City", "Town", "Mailing City", "Default Address City"),
        "postcode": (
            "Postcode", "Postal Code", "ZIP Code", "ZIP", "Zip/Postal Code", "Mailing Zip/Postal Code",
            "Mailing Postal Code", "Mailing Zip", "Default Address Zip",
        ),
        "street": (
            "Street", "Address", "Street Address", "Address Line 1", "Street Address 1", "Mailing Address",
            "Mailing Street", "Address 1", "Default Address Address1",
        ),
        "source": ("Source", "Lead Source"),
        "importance": ("Importance",),
        "revenue": ("Revenue", "Annual Revenue"),
        "language": (
            "Language", "Preferred Language",
        ),
        "time_zone": ("Time Zone", "TZ"),
        "responsible": (
            "Responsible", "Owner", "Assigned To", "Responsible Email", "Owner Email", "Contact Owner", "Lead Owner",
            "Account Owner", "Account Manager", "Sales Representative", "Sales Rep", "Salesperson", "Assignee",
            "Person - Owner",
        ),
        "further_emails": (
            "Further Emails", "Other Emails", "Further Email", "Other Email", "Secondary Email", "Second Email",
            "Alternative Email", "Email 2", "Email 3", "Work Email", "Business Email", "Home Email",
            "Personal Email", "Person - Email - Home",
        ),
        "further_phones": (
            "Further Phones", "Other Phones", "Further Phone", "Other Phone", "Secondary Phone", "Second Phone",
            "Alternative Phone", "Phone 2", "Phone 3", "Mobile 2", "Home Phone", "Work Phone", "Business Phone",
            "Office Phone", "Direct Phone", "Landline", "Person - Phone - Work", "Person - Phone - Home",
        ),
        "further_street": (
            "Further Street Lines", "Address Line 2", "Address Line 3", "Street 2", "Street 3", "Street Line 2",
            "Street Address 2", "Street Address Line 2", "Address 2", "Default Address Address2", "Address 3",
            "Apartment", "Suite",
        ),
        "middle_name": (
            "Middle Name", "Additional Name",
        ),
        "messengers": ("Messengers", "Messenger Handles"),
        "telegram": ("Telegram", "Telegram Username", "Telegram Handle"),
        "instagram": ("Instagram", "Instagram Username", "Instagram Handle", "Insta"),
        "messenger": ("Facebook Messenger", "Messenger"),
        "skype": ("Skype", "Skype Name", "Skype ID"),
        "viber": ("Viber", "Viber Number"),
        "whatsapp": ("WhatsApp Number", "WhatsApp"),
        "full_name": (
            "Full Name", "Contact Name", "Display Name", "Name", "Person - Name",
        ),
    },
    "pt": {
        "country": (
            "Código do país", "País", "Código país", "Código ISO do país", "Sigla do país", "Cód. país", "Cód. do país",
        ),
        "first_name": (
            "Nome", "Primeiro nome", "Nome próprio", "Prenome",
        ),
        "last_name": ("Sobrenome", "Último nome", "Nome de família", "Apelido"),
        "phone": (
            "Número de celular", "Celular", "Número do celular", "Telefone celular", "Telemóvel", "WhatsApp",
            "Número de telefone", "Número do telefone", "Telefone", "Fone", "Tel", "Tel. celular",
            "Nº de celular", "Telefone móvel", "Contato telefônico", "Celular 1", "Telefone 1", "Fone 1",
        ),
        "email": (
            "E-mail", "Endereço de e-mail", "Correio eletrônico", "Correio eletrónico", "Endereço eletrônico",
            "E-mail principal", "E-mail primário", "E-mail 1",
        ),
        "account_number": ("Número da conta", "Conta", "Número de conta", "Nº da conta", "Nº conta"),
        "organization": (
            "Organização", "Empresa", "Companhia", "Razão social", "Nome da empresa", "Nome fantasia",
        ),
        "external_id": ("ID externo", "Identificador externo", "Código externo"),
        "segments": ("Segmentos", "Segmento"),
        "tags": ("Etiquetas", "Etiqueta", "Tags", "Tag", "Marcadores", "Marcador"),
        "region": (
            "Região", "Estado", "UF", "Província", "Estado/Província", "Estado (UF)",
        ),
        "city": ("Cidade", "Município", "Localidade"),
        "postcode": ("CEP", "Código postal"),
        "street": ("Rua", "Endereço", "Logradouro", "Morada", "Endereço 1", "Endereço linha 1"),
        "source": ("Origem", "Fonte", "Origem do lead"),
        "importance": ("Importância", "Grau de importância"),
        "revenue": ("Receita", "Faturamento", "Receita anual"),
        "language": ("Idioma", "Língua"),
        "time_zone": ("Fuso horário", "Fuso"),
        "responsible": (
            "Responsável", "Proprietário", "E-mail do responsável", "Proprietário do contato", "Vendedor",
            "Vendedor responsável", "Consultor", "Atendente", "Dono do lead", "Dono do contato",
        ),
        "further_emails": (
            "Outros e-mails", "Outro e-mail", "E-mail secundário", "Segundo e-mail", "E-mail alternativo",
            "E-mail 2", "E-mail 3", "E-mail comercial", "E-mail pessoal",
        ),
        "further_phones": (
            "Outros telefones", "Outro telefone", "Telefone secundário", "Segundo telefone", "Telefone 2",
            "Telefone 3", "Celular 2", "Fone 2", "Telefone fixo", "Fixo", "Telefone residencial",
            "Telefone comercial",
        ),
        "further_street": (
            "Complemento", "Complemento do endereço", "Endereço 2", "Endereço linha 2", "Linha de endereço 2",
            "Rua 2", "Bairro",
        ),
        "middle_name": (
            "Nome do meio", "Segundo nome",
        ),
        "messengers": ("Mensageiros", "Mensageiro"),
        "telegram": ("Telegram", "Usuário do Telegram", "Usuário no Telegram"),
        "instagram": ("Instagram", "Usuário do Instagram", "Perfil do Instagram", "Insta"),
        "messenger": ("Facebook Messenger", "Messenger"),
        "skype": ("Skype", "Usuário do Skype", "Nome do Skype"),
        "viber": ("Viber", "Número do Viber"),
        "whatsapp": ("Número do WhatsApp", "Número de WhatsApp", "WhatsApp"),
        "full_name": (
            "Nome completo", "Nome e sobrenome", "Nome do contato",
        ),
    },
    "fr": {
        "country": (
            "Code pays", "Pays", "Code du pays", "Indicatif pays", "Indicatif du pays", "Code ISO du pays",
            "Pays/Région",
        ),
        "first_name": ("Prénom",),
        "last_name": (
            "Nom", "Nom de famille", "Nom d'usage", "Patronyme",
        ),
        "phone": (
            "Numéro de portable", "Numéro de téléphone portable", "Téléphone portable", "Portable", "Mobile",
            "Numéro de mobile", "Numéro de téléphone mobile", "Téléphone mobile", "Cellulaire", "WhatsApp",
            "Numéro de téléphone", "Téléphone", "Tél", "Tél. portable", "Tél. mobile", "N° de portable",
            "N° de téléphone", "Portable/Mobile", "Portable 1", "Téléphone 1", "Tél. 1",
        ),
        "email": (
            "Adresse e-mail", "E-mail", "Courriel", "Adresse électronique", "Mail", "Adresse de messagerie",
            "Adresse courriel", "E-mail principal", "Mél", "E-mail 1",
        ),
        "account_number": ("Numéro de compte", "N° de compte"),
        "organization": (
            "Organisation", "Entreprise", "Société", "Raison sociale", "Nom de l'entreprise",
            "Nom de la société", "Compagnie",
        ),
        "external_id": ("Identifiant externe", "ID externe", "Code externe"),
        "segments": ("Segments", "Segment"),
        "tags": ("Étiquettes", "Étiquette", "Tags", "Tag", "Libellés"),
        "region": (
            "Région", "Province", "État", "Département", "État/Province", "Canton",
        ),
        "city": ("Ville", "Commune"),
        "postcode": (
            "Code postal", "CP",
        ),
        "street": ("Rue", "Adresse", "Adresse postale", "Voie", "Adresse 1", "Adresse ligne 1"),
        "source": ("Source", "Origine", "Provenance"),
        "importance": ("Importance",),
        "revenue": ("Chiffre d'affaires", "Revenu"),
        "language": ("Langue",),
        "time_zone": ("Fuseau horaire", "Fuseau"),
        "responsible": (
            "Responsable", "Propriétaire", "E-mail du responsable", "Propriétaire du contact", "Commercial",
            "Commerciale", "Vendeur", "Conseiller", "Attribué à",
        ),
        "further_emails": (
            "Autres e-mails", "Autre e-mail", "E-mail secondaire", "Deuxième e-mail", "Adresse e-mail 2",
            "E-mail 2", "E-mail 3", "E-mail professionnel", "E-mail personnel",
        ),
        "further_phones": (
            "Autres téléphones", "Autre téléphone", "Deuxième téléphone", "Téléphone 2", "Téléphone 3",
            "Portable 2", "Téléphone fixe", "Fixe", "Tél. fixe", "Téléphone professionnel",
            "Téléphone personnel", "Téléphone bureau", "Téléphone domicile",
        ),
        "further_street": (
            "Complément d'adresse", "Complément", "Adresse 2", "Adresse 3", "Adresse ligne 2", "Ligne d'adresse 2",
            "Rue 2", "Rue 3",
        ),
        "middle_name": (
            "Deuxième prénom", "Second prénom",
        ),
        "messengers": ("Messageries", "Messagerie"),
        "telegram": ("Telegram", "Identifiant Telegram", "Pseudo Telegram"),
        "instagram": ("Instagram", "Compte Instagram", "Pseudo Instagram", "Insta"),
        "messenger": ("Facebook Messenger", "Messenger"),
        "skype": ("Skype", "Identifiant Skype", "Pseudo Skype"),
        "viber": ("Viber", "Numéro Viber"),
        "whatsapp": ("Numéro WhatsApp", "WhatsApp"),
        "full_name": (
            "Nom complet", "Nom et prénom", "Prénom et nom", "Nom du contact",
        ),
    },
}  # fmt: skip
LANGUAGES = tuple(_NAMES)
FIELDS = tuple(_NAMES["en"])
# Fields to which several columns may lead.
SEVERAL = frozenset(("further_emails", "further_phones", "further_street", "messengers"))
# What a second column for a field is.
_FURTHER = {"email": "further_emails", "phone": "further_phones"}

# What the number of a house is called beside its street.
_HOUSE_NUMBER = frozenset(("numero", "no", "n", "num", "nro", "number", "numerodoendereco", "housenumber"))

# The last three columns of a file of rejected rows; an import passes over them.
_REPORT = {
    "en": ("row", "code", "reason"),
    "pt": ("linha", "código", "motivo"),
    "fr": ("ligne", "code", "motif"),
}


@dataclass(frozen=True)
class Understanding:
    """What a header means: a field or null for each column, and which columns are only Carteira's own report.

    `language` is the one in which most columns are known; null where the header speaks for none. `program` is who
    exported the file, where it is known by its whole header; `addresses` are those that it tells apart, `services` the
    columns that name the messenger of another one's handles.
    """

    fields: tuple[str | None, ...]
    report: tuple[int, ...] = ()
    language: str | None = None
    program: str | None = None
    addresses: tuple[Address, ...] = ()
    services: Mapping[int, int] = dataclasses.field(default_factory=dict)

    @property
    def known(self) -> int:
        """How many columns have a meaning."""
        return sum(name is not None for name in self.fields) + len(self.report)


def understand(
    header: Sequence[str], language: str | None = None, rows: Sequence[Sequence[str]] = ()
) -> Understanding:
    """Return what each column means: the whole header decides its `language`, and each field has one column.

    Where the `rows` show whole names as first names, and no column has last ones, that is what they are. A second phone
    or e-mail is a further one; any other second column for the same field, and whatever is not known,
    has no field: the person maps it. In the export of a program that tells several addresses apart, the first `rows`
    decide which one is meant.
    """
    report = _report_columns(header)
    meanings = [{} if at in report else _meanings().get(key_of(name), {}) for at, name in enumerate(header)]
    program = recognised(header, rows)
    if program is not None and program.fields and _knows_less(program, meanings):
        program = None
    language = language or _language(meanings)
    if program is not None and program.fields:
        return Understanding(
            program.fields, report, language, program.name, program.addresses, program.services
        )
    meanings = [
        {} if _says_no_handle(name, at, rows) else meaning
        for at, (name, meaning) in enumerate(zip(header, meanings, strict=True))
    ]
    fields = _claimed(meanings, language)
    if program is not None:
        return Understanding(fields, report, language, program.name)
    fields = _with_house_number(_with_whatsapp(fields, header), header)
    return Understanding(_with_whole_names(fields, rows), report, language)


def _knows_less(program: Program, meanings: Sequence[dict[str, tuple[str, int]]]) -> bool:
    """Say whether our own words know more columns than a program's: others call some columns as Outlook does."""
    known = {at for one in program.addresses for places in one.values() for at in places}
    known |= {at for at, field in enumerate(program.fields or ()) if field}
    return len(known) < sum(field is not None for field in _claimed(meanings, _language(meanings)))


def _claimed(meanings: Sequence[dict[str, tuple[str, int]]], language: str | None) -> tuple[str | None, ...]:
    """Return the field that each column gets, by what it may mean in each language."""
    claims = sorted(
        (spoken != language, rank, at, field)
        for at, meaning in enumerate(meanings)
        for spoken, (field, rank) in meaning.items()
    )
    fields: list[str | None] = [None] * len(meanings)
    taken: set[str] = set()
    for _foreign, _rank, at, field in claims:
        if fields[at] is None and (field not in taken or field in SEVERAL):
            fields[at] = field
            taken.add(field)
    for foreign, _rank, at, field in claims:
        if fields[at] is None and (language is None or not foreign):
            fields[at] = _FURTHER.get(field)
    return tuple(fields)


def _says_no_handle(name: str, at: int, rows: Sequence[Sequence[str]]) -> bool:
    """Say whether a column is called like a messenger, and its cells hold no handles: yes and no, or inner numbers."""
    key = key_of(name)
    cells = [cell for row in rows if at < len(row) and (cell := row[at].strip())]
    if not cells:
        return False
    if "telegram" in key:
        return all(cell.isdecimal() for cell in cells)
    return ("whatsapp" in key or "viber" in key or key == "sms") and not any(
        map(str.isdecimal, "".join(cells))
    )


def _with_whatsapp(fields: tuple[str | None, ...], header: Sequence[str]) -> tuple[str | None, ...]:
    """Return the fields, with WhatsApp as the messenger where another column holds the phone."""
    asked = (
        at
        for at, name in enumerate(header)
        if fields[at] == "further_phones" and key_of(name) == "whatsapp" and "whatsapp" not in fields
    )
    at = next(asked, None)
    return fields if at is None else (*fields[:at], "whatsapp", *fields[at + 1 :])


def _with_house_number(fields: tuple[str | None, ...], header: Sequence[str]) -> tuple[str | None, ...]:
    """Return the fields, with a number behind the street as a further line of it."""
    at = fields.index("street") + 1 if "street" in fields else len(fields)
    if at == len(fields) or fields[at] is not None or key_of(header[at]) not in _HOUSE_NUMBER:
        return fields
    return (*fields[:at], "further_street", *fields[at + 1 :])


def _with_whole_names(
    fields: tuple[str | None, ...], rows: Sequence[Sequence[str]]
) -> tuple[str | None, ...]:
    """Return the fields, with the first name as the whole one where it stands alone and mostly has several words."""
    if "first_name" not in fields or "last_name" in fields or "full_name" in fields:
        return fields
    at = fields.index("first_name")
    words = [len(row[at].split()) for row in rows if at < len(row)]
    if 2 * sum(many > 1 for many in words) <= sum(many > 0 for many in words):
        return fields
    return (*fields[:at], "full_name", *fields[at + 1 :])


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
                meanings.setdefault(key_of(name), {}).setdefault(language, (field, rank))
    return meanings


def _report_columns(header: Sequence[str]) -> tuple[int, ...]:
    """Return the columns of an earlier report: the three names beside each other, in one of the languages."""
    keys = [key_of(name) for name in header]
    found: list[int] = []
    for names in _REPORT.values():
        wanted = [key_of(name) for name in names]
        for at in range(len(keys) - 2):
            if keys[at : at + 3] == wanted:
                found.extend(range(at, at + 3))
    return tuple(sorted(set(found)))
