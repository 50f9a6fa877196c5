"""Exports of Google Contacts, Outlook and Thunderbird, in three languages: known by their header, mapped by nobody."""

import csv
import io

import pytest

from services.imports import runs
from services.imports.headers import layout_header, understand
from services.imports.programs import GOOGLE, OUTLOOK, THUNDERBIRD, in_turn
from tests.services.imports.loading import SYSTEM, contact, count, emails_of, load_file, outcomes, phones_of

GOOGLE_NEW = (
    "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,"
    "Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,"
    "Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,"
    "Phone 2 - Label,Phone 2 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,"
    "Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address,"
    "Website 1 - Label,Website 1 - Value"
)
GOOGLE_OLD = (
    "Name,Given Name,Additional Name,Family Name,Yomi Name,Given Name Yomi,Additional Name Yomi,Family Name Yomi,"
    "Name Prefix,Name Suffix,Initials,Nickname,Short Name,Maiden Name,Birthday,Gender,Location,Billing Information,"
    "Directory Server,Mileage,Occupation,Hobby,Sensitivity,Priority,Subject,Notes,Language,Photo,Group Membership,"
    "E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Organization 1 - Type,Organization 1 - Name"
)
OUTLOOK_EN = (
    "First Name,Middle Name,Last Name,Title,Suffix,Nickname,E-mail Address,E-mail 2 Address,E-mail 3 Address,"
    "Home Phone,Home Phone 2,Business Phone,Business Phone 2,Mobile Phone,Car Phone,Other Phone,Primary Phone,Pager,"
    "Business Fax,Home Fax,Company Main Phone,Job Title,Department,Company,Business Street,Business City,"
    "Business State,Business Postal Code,Business Country/Region,Home Street,Home City,Home State,Home Postal Code,"
    "Home Country/Region,Web Page,Birthday,Notes,Categories"
)
OUTLOOK_PT = (
    "Primeiro nome,Segundo nome,Sobrenome,Sufixo,Empresa,Departamento,Cargo,Business Street,Business City,"
    "Business State,Business Postal Code,País/Região da Empresa,Endereço residencial,Cidade do endereço residencial,"
    "Estado,CEP do endereço residencial,País/Região de Residência,Fax comercial,Telefone comercial,"
    "Telefone comercial 2,Telefone residencial,Telefone celular,Telefone principal,E-mail Address,Tipo de email,"
    "Nome para exibição do email,Endereço de email 2,Anotações,Categorias,Conta"
)
OUTLOOK_FR = (
    "Titre,Prénom,Deuxième prénom,Nom,Suffixe,Société,Service,Titre,Rue (bureau),Rue (bureau) 2,Ville (bureau),"
    "Dép/Région (bureau),Code postal (bureau),Pays/Région (bureau),Rue (domicile),Ville (domicile),"
    "Dép/Région (domicile),Code postal (domicile),Pays/Région (domicile),Télécopie (bureau),Téléphone (bureau),"
    "Téléphone 2 (bureau),Téléphone (domicile),Tél. mobile,Téléphone principal,Adresse de messagerie,"
    "Type de messagerie,Adresse de messagerie 2,Catégories,Notes,Responsable"
)
THUNDERBIRD_EN = (
    "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,Work Phone,Home Phone,"
    "Fax Number,Pager Number,Mobile Number,Home Address,Home Address 2,Home City,Home State,Home ZipCode,Home Country,"
    "Work Address,Work Address 2,Work City,Work State,Work ZipCode,Work Country,Job Title,Department,Organization,"
    "Web Page 1,Web Page 2,Birth Year,Birth Month,Birth Day,Custom 1,Custom 2,Custom 3,Custom 4,Notes"
)
THUNDERBIRD_PT = (
    "Primeiro nome,Sobrenome,Apresentar como,Apelido,E-mail primário,E-mail secundário,Nome de tela,"
    "Telefone comercial,Telefone residencial,Número do fax,Número do pager,Número celular,Endereço,Endereço 2,Cidade,"
    "Estado,CEP,País,Endereço de trabalho,Endereço de trabalho 2,Cidade de trabalho,Estado de trabalho,"
    "CEP de trabalho,País de trabalho,Cargo,Setor,Empresa,Página da web 1,Observações"
)
THUNDERBIRD_FR = (
    "Prénom,Nom de famille,Nom à afficher,Surnom,Première adresse électronique,Deuxième adresse électronique,"
    "Nom de l'écran,Tél. professionnel,Tél. personnel,Fax,Pager,Portable,Adresse privée,Adresse privée 2,Ville,"
    "Pays/État,Code postal,Région,Adresse professionnelle,Adresse professionnelle 2,Ville,Pays/État,Code postal,"
    "Région,Profession,Service,Société,Site Web 1,Notes"
)

# Of each layout the headers of: first and last name, e-mail, further e-mail, mobile, another phone, firm, then street,
# city and country of the address at work; nothing where the layout lacks it.
LAYOUTS = {
    "google": (
        GOOGLE, GOOGLE_NEW, "First Name", "Last Name", "E-mail 1 - Value", "E-mail 2 - Value", "Phone 1 - Value",
        "Phone 2 - Value", "Organization Name", "Address 1 - Street", "Address 1 - City", "Address 1 - Country",
    ),
    "google before 2024": (
        GOOGLE, GOOGLE_OLD, "Given Name", "Family Name", "E-mail 1 - Value", "", "Phone 1 - Value", "",
        "Organization 1 - Name", "", "", "",
    ),
    "outlook en": (
        OUTLOOK, OUTLOOK_EN, "First Name", "Last Name", "E-mail Address", "E-mail 2 Address", "Mobile Phone",
        "Business Phone", "Company", "Business Street", "Business City", "Business Country/Region",
    ),
    "outlook pt": (
        OUTLOOK, OUTLOOK_PT, "Primeiro nome", "Sobrenome", "E-mail Address", "Endereço de email 2",
        "Telefone celular", "Telefone comercial", "Empresa", "Business Street", "Business City",
        "País/Região da Empresa",
    ),
    "outlook fr": (
        OUTLOOK, OUTLOOK_FR, "Prénom", "Nom", "Adresse de messagerie", "Adresse de messagerie 2", "Tél. mobile",
        "Téléphone (bureau)", "Société", "Rue (bureau)", "Ville (bureau)", "Pays/Région (bureau)",
    ),
    "thunderbird en": (
        THUNDERBIRD, THUNDERBIRD_EN, "First Name", "Last Name", "Primary Email", "Secondary Email", "Mobile Number",
        "Work Phone", "Organization", "Work Address", "Work City", "Work Country",
    ),
    "thunderbird pt": (
        THUNDERBIRD, THUNDERBIRD_PT, "Primeiro nome", "Sobrenome", "E-mail primário", "E-mail secundário",
        "Número celular", "Telefone comercial", "Empresa", "Endereço de trabalho", "Cidade de trabalho",
        "País de trabalho",
    ),
    "thunderbird fr": (
        THUNDERBIRD, THUNDERBIRD_FR, "Prénom", "Nom de famille", "Première adresse électronique",
        "Deuxième adresse électronique", "Portable", "Tél. professionnel", "Société", "Adresse professionnelle",
        "", "",
    ),
}  # fmt: skip
OUTLOOK_FULL = ",".join((
    "First Name", "Last Name", "E-mail Address", "Home Phone", "Business Phone",
    *(
        f"{place} {name}"
        for place in ("Business", "Home", "Other")
        for name in ("Street", "Street 2", "Street 3", "City", "State", "Postal Code", "Country/Region")
    ),
))  # fmt: skip
WANTED = (
    "first_name", "last_name", "email", "further_emails", "phone", "further_phones", "organization", "street", "city",
    "country",
)  # fmt: skip
VALUES = (
    "Ana", "Lima", "ana@example.com", "ana@example.org", "+55 11 96123-4567", "+55 11 2345-6789", "Acme", "Rua A, 1",
    "Recife", "Brasil",
)  # fmt: skip


def file_of(header: str, *rows: dict[str, str]) -> bytes:
    names = header.split(",")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows([[row.get(name, "") for name in names] for row in rows])
    return out.getvalue().encode()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_export_is_known_and_needs_no_mapping(layout):
    program, header, *columns = LAYOUTS[layout]
    names = header.split(",")
    filled = [dict(zip(columns, VALUES, strict=True)).get(name, "") for name in names]
    found = understand(names, rows=[filled])
    assert found.program == program
    meant = dict(zip(names, found.fields, strict=True))
    assert {name: meant[name] for name in columns if name} == {
        name: field for name, field in zip(columns, WANTED, strict=True) if name
    }
    fields = [field for field in found.fields if field and not field.startswith("further_")]
    assert len(fields) == len(set(fields))


def test_of_several_addresses_the_one_that_is_filled_comes_in():
    names = OUTLOOK_EN.split(",")
    row = [{"Home City": "Recife", "Home Street": "Rua A"}.get(name, "") for name in names]
    meant = dict(zip(names, understand(names, rows=[row]).fields, strict=True))
    assert (meant["Home City"], meant["Home Country/Region"], meant["Business City"]) == (
        "city",
        "country",
        None,
    )
    french = THUNDERBIRD_FR.split(",")
    fields = understand(french, rows=[["x" if at >= 18 else "" for at in range(len(french))]]).fields
    assert [at for at, field in enumerate(fields) if field in ("city", "postcode")] == [20, 22]


@pytest.mark.usefixtures("db")
def test_a_row_without_the_mapped_address_brings_the_next_one_that_it_has():
    people = (
        {"Business Street": "Rua A, 1", "Business Street 2": "Sala 3", "Business City": "Recife",
         "Home City": "Olinda"},
        {"Home Street": "Rua B, 2", "Home Street 2": "Fundos", "Home Street 3": "Casa 4", "Home City": "Natal",
         "Business Country/Region": "Brasil"},
        {"Other City": "Lyon", "Other Country/Region": "FR"},
        {"Business Country/Region": "BR"},
        {},
    )  # fmt: skip
    rows = [
        {"First Name": f"P{at}", "E-mail Address": f"p{at}@example.com"} | one
        for at, one in enumerate(people)
    ]
    read = load_file(file_of(OUTLOOK_FULL, *rows))
    assert outcomes(read) == ["created"] * 5
    made = [contact(row.contact_id) for row in runs.rows(SYSTEM, read.id).items]
    assert [(one.street, one.city, one.country) for one in made] == [
        ("Rua A, 1, Sala 3", "Recife", None), ("Rua B, 2, Fundos, Casa 4", "Natal", None), (None, "Lyon", "FR"),
        (None, None, "BR"), (None, None, None),
    ]  # fmt: skip
    (note,) = runs.inspect(SYSTEM, read.id).notes
    assert note.startswith(
        "A row whose mapped address is empty brings the next one that it has: Home Street, "
    )
    assert outcomes(load_file(file_of(OUTLOOK_FULL, *rows))) == ["unchanged"] * 5


def test_an_address_that_is_mapped_by_hand_is_not_taken_for_another_one():
    addresses = understand(OUTLOOK_FULL.split(",")).addresses
    work, home, other = addresses
    mapping = {work["city"][0]: "city", work["street"][0]: None}
    assert in_turn(mapping, addresses) == ({"city": work["city"]}, home, other)
    assert in_turn(mapping | {home["city"][0]: "region"}, addresses) == ({"city": work["city"]}, other)
    assert in_turn(mapping | {home["postcode"][0]: "postcode"}, addresses) == ()
    assert in_turn({}, addresses) == ()


@pytest.mark.parametrize(
    "header",
    [
        ",".join(layout_header("en")),
        ",".join(layout_header("pt_BR")),
        ",".join(layout_header("fr")),
        "Nome,Sobrenome,E-mail,Celular",
        "First Name,Last Name,Email,Phone,Home Phone,Company",
        "Country Code,First Name,Last Name,E-mail Address,Business Phone,Home Phone",
    ],
)
def test_a_file_of_one_s_own_is_nobody_s_export(header):
    assert understand(header.split(",")).program is None


@pytest.mark.usefixtures("db")
def test_a_google_export_comes_in_as_it_is():
    one = {
        "First Name": "Maria", "Middle Name": "Eduarda", "Last Name": "Araújo", "Labels": "* myContacts ::: Rio; Sul",
        "E-mail 1 - Value": "Maria@example.com ::: duda@example.com", "E-mail 2 - Value": "m@example.org",
        "Phone 1 - Value": "+55 11 96123-4567 ::: +55 11 2345-6789", "Address 1 - Country": "US",
    }  # fmt: skip
    firm = {"Organization Name": "Acme", "Phone 1 - Value": "+33 6 12 34 56 78", "Labels": "* myContacts"}
    nobody = {"Phone 1 - Value": "+33 6 12 34 56 79"}
    mute = {"First Name": "Ana"}
    national = {"First Name": "Bob", "Phone 1 - Value": "(11) 96123-4568"}
    content = file_of(GOOGLE_NEW, one, firm, nobody, mute, national)
    read = load_file(content, unknown_segments="create")
    assert outcomes(read) == ["created", "created", "missing", "missing", "phone_needs_country"]
    rows = runs.rows(SYSTEM, read.id).items
    made = contact(rows[0].contact_id)
    assert (made.first_name, made.last_name, made.country, made.segments) == (
        "Maria Eduarda", "Araújo", "US", ["Rio, Sul"],
    )  # fmt: skip
    assert emails_of(made.id) == ["maria@example.com", "duda@example.com", "m@example.org"]
    assert phones_of(made.id) == ["+5511961234567", "+551123456789"]
    assert (contact(rows[1].contact_id).organization, contact(rows[1].contact_id).country) == ("Acme", "FR")
    assert rows[2].reason.endswith("this row lacks: a name or an organization.")
    assert rows[3].reason.endswith("this row lacks: a mobile number or an e-mail address.")
    assert runs.inspect(SYSTEM, read.id).program == GOOGLE
    assert runs.inspect(SYSTEM, read.id).missing == []
    again = load_file(content, unknown_segments="create", country="BR")
    assert outcomes(again) == ["unchanged", "unchanged", "missing", "missing", "created"]
    back = runs.rejected_file(SYSTEM, again.id).read_bytes().replace(b"\r\n,,", b"\r\nZoe,,")
    assert outcomes(load_file(back))[0] == "created"


@pytest.mark.usefixtures("db")
def test_a_handle_of_google_s_goes_by_the_service_beside_it():
    header = f"{GOOGLE_OLD},IM 1 - Type,IM 1 - Service,IM 1 - Value,IM 2 - Type,IM 2 - Service,IM 2 - Value"
    assert understand(header.split(",")).fields[-6:] == (None, None, "messengers", None, None, "messengers")
    one = {
        "Given Name": "Ana", "E-mail 1 - Value": "ana@example.com", "IM 1 - Service": "Skype ::: Google Talk",
        "IM 1 - Value": "ana.l.2 ::: ana@gmail.com", "IM 2 - Service": "WhatsApp", "IM 2 - Value": "+55 11 96123-4567",
    }  # fmt: skip
    bad = {
        "Given Name": "Bob",
        "E-mail 1 - Value": "b@example.com",
        "IM 2 - Service": "skype",
        "IM 2 - Value": "a b",
    }
    read = load_file(file_of(header, one, bad))
    assert outcomes(read) == ["created", "messenger_not_valid"]
    rows = runs.rows(SYSTEM, read.id).items
    points = contact(rows[0].contact_id).points
    assert [(one.platform, one.value) for one in points if one.kind == "messenger"] == [
        ("skype", "ana.l.2"), ("whatsapp", "+5511961234567"),
    ]  # fmt: skip
    assert rows[0].notes == [
        "Left out, since Carteira does not know this messenger: “Google Talk ana@gmail.com”."
    ]
    assert read.other_messengers == 1
    assert rows[1].reason.startswith("IM 2 - Value: ")
    assert outcomes(load_file(file_of(header, one))) == ["unchanged"]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("header", "row"),
    [
        (OUTLOOK_FR, {"Nom": "Noël", "Adresse de messagerie": "noel@example.com", "Catégories": "Nord;Sud"}),
        (THUNDERBIRD_PT, {"Apresentar como": "Noël, Ana", "E-mail secundário": "noel@example.com"}),
    ],
)
def test_a_name_and_one_way_to_reach_are_enough(header, row):
    read = load_file(file_of(header, row).decode().encode("cp1252"))
    assert outcomes(read) == ["created"]
    assert count("contact", "last_name = 'Noël' AND email = 'noel@example.com' AND country IS NULL") == 1
    assert runs.get(SYSTEM, read.id).unknown_segments == (["Nord", "Sud"] if "Catégories" in row else [])
