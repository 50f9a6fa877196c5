"""Headers: three languages, any order, case and accent, and the whole header decides."""

import random

import pytest

from services.imports.headers import (
    FIELDS,
    LANGUAGES,
    LAYOUT,
    header_of,
    layout_header,
    report_header,
    understand,
)

# As the glossary has them.
GLOSSARY = {
    "country": "Country Code, Country, Código do país, País, Indicatif pays, "
    "Indicatif du pays, Code pays, Pays",
    "first_name": "First Name, Given Name, Nome, Primeiro nome, Prénom",
    "last_name": "Last Name, Surname, Family Name, Sobrenome, Último nome, Nom, Nom de famille",
    "phone": "Mobile Number, Mobile, Cell, Phone, Número de celular, Celular, Telefone, Telefone celular, "
    "WhatsApp, Numéro de portable, Numéro de téléphone portable, Téléphone portable, Téléphone",
    "email": "Email, E-mail, Email Address, Endereço de e-mail, Adresse e-mail, Courriel",
    "account_number": "Account Number, Número da conta, Conta, Numéro de compte",
    "organization": "Organization, Company, Organização, Empresa, Organisation, Entreprise, Société",
    "external_id": "External ID, ID externo, Identifiant externe",
    "segments": "Segments, Segment, Segmentos, Segmento",
}


# What else people write.
SYNONYMS = {
    "country": "ISO Country Code, Sigla do país, Cód. país, Code ISO du pays",
    "first_name": "Forename, Prenome, Nome próprio",
    "last_name": "Surname, Apelido, Último nome, Nom d'usage, Patronyme",
    "phone": "Cell Phone, Cellphone, Contact Number, Tel, Fone, Telemóvel, Tel. celular, Téléphone portable, Portable, "
    "Tél. portable, Tél. mobile, Cellulaire, Numéro de mobile, N° de portable",
    "email": "Mail, Email ID, Primary Email, Correio eletrônico, E-mail principal, Adresse de messagerie, Adresse "
    "électronique, Mél",
    "further_emails": "Secondary Email, Email 2, E-mail 3, Work Email, E-mail secundário, Outro e-mail, Autre e-mail, "
    "E-mail professionnel",
    "further_phones": "Home Phone, Phone 2, Landline, Telefone fixo, Telefone residencial, Celular 2, Fixe, Téléphone "
    "fixe, Téléphone professionnel",
    "middle_name": "Middle Name, Nome do meio, Deuxième prénom",
    "full_name": "Full Name, Nome completo, Nom complet, Nom et prénom",
    "organization": "Company Name, Employer, Razão social, Nome fantasia, Raison sociale, Nom de l'entreprise",
    "account_number": "Account No, Nº da conta, Nº conta, N° de compte",
    "external_id": "External Identifier, Código externo, Code externe",
    "tags": "Tags, Etiquetas, Étiquettes",
    "region": "State, Province, UF, Estado, Département, Canton",
    "city": "Town, Município, Localidade, Commune, Ville",
    "postcode": "ZIP, Zip Code, Postal Code, CEP, Code postal",
    "street": "Address, Street Address, Logradouro, Endereço, Adresse, Adresse postale",
    "further_street": "Address Line 2, Complemento, Bairro, Complément d'adresse, Adresse 2",
    "language": "Preferred Language, Idioma, Langue",
}


@pytest.mark.parametrize(("field", "names"), SYNONYMS.items())
def test_what_else_people_write_is_known_too(field, names):
    for name in names.split(", "):
        assert understand([name]).fields == (field,), name
        assert understand([name.upper().replace(" ", "_")]).fields == (field,), name


def test_several_columns_may_hold_further_addresses_but_one_the_first():
    found = understand(["E-mail", "E-mail 2", "E-mail 3", "Celular", "Telefone fixo", "Celular 2"])
    assert found.fields == (
        "email", "further_emails", "further_emails", "phone", "further_phones", "further_phones",
    )  # fmt: skip


@pytest.mark.parametrize(("field", "names"), GLOSSARY.items())
def test_every_word_of_the_glossary_is_known_alone_in_any_case_and_without_accents(field, names):
    for name in names.split(", "):
        plain = name.translate(str.maketrans("áàâãéêíóôõúçÁÉÚ", "aaaaeeiooouçAEU"))
        for written in (name, name.upper(), name.lower(), f"  {name} ", name.replace(" ", "_"), plain):
            assert understand([written]).fields == (field,), written


def test_the_sample_s_header_is_exactly_this():
    assert ",".join(layout_header("en")) == (
        "Country Code,First Name,Last Name,Mobile Number,Email,Account Number,Organization,External ID,"
        "Segments"
    )


@pytest.mark.parametrize("locale", ["en", "pt_BR", "fr"])
def test_every_header_that_is_written_is_known_again_in_any_order(locale):
    header = [header_of(field, locale) for field in FIELDS]
    order = list(range(len(FIELDS)))
    random.Random(4).shuffle(order)
    found = understand([header[at] for at in order])
    assert found.fields == tuple(FIELDS[at] for at in order)
    assert found.language == locale[:2]
    assert understand(layout_header(locale)).fields == LAYOUT


def test_nome_is_the_first_name_and_nom_the_last():
    assert understand(["Nome", "Sobrenome", "Celular"]).fields == ("first_name", "last_name", "phone")
    assert understand(["Nom", "Prénom", "Portable"]).fields == ("last_name", "first_name", "phone")


def test_nome_is_the_whole_name_where_the_rows_say_so_and_nothing_else_has_a_part_of_it():
    header = ["Nome", "E-mail"]
    whole, given = (
        [["Ana Lima", ""], ["Zé", ""], [" João da Silva "], [""], []],
        [["Ana Maria", ""], ["Zé", ""]],
    )
    assert understand(header, rows=whole).fields == ("full_name", "email")
    assert understand(header, rows=given).fields == understand(header).fields == ("first_name", "email")
    assert understand([*header, "Sobrenome"], rows=whole).fields == ("first_name", "email", "last_name")
    assert understand([*header, "Nome completo"], rows=whole).fields == ("first_name", "email", "full_name")


def test_a_word_of_another_language_does_not_take_a_field_from_the_header_s_own():
    assert understand(["Nom", "Sobrenome", "Celular"]).fields == (None, "last_name", "phone")


def test_of_two_columns_for_one_field_the_more_telling_one_has_it():
    assert understand(["Street Address", "Street"]).fields == (None, "street")
    assert understand(["Empresa", "Razão social"]).fields == ("organization", None)


def test_the_less_telling_column_of_two_for_a_phone_or_an_email_is_a_further_one():
    assert understand(["Telefone", "Celular", "E-mail"]).fields == ("further_phones", "phone", "email")
    assert understand(["Phone", "Mobile"]).fields == ("further_phones", "phone")
    assert understand(["Numéro de téléphone", "Numéro de téléphone mobile"]).fields == (
        "further_phones",
        "phone",
    )
    assert understand(["E-mail 1", "E-mail 2", "Telefone 1", "WhatsApp"]).fields == (
        "email", "further_emails", "further_phones", "phone",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["", "Code", "DDI", "Notes", "Номер", "Full address"])
def test_what_is_not_known_for_sure_is_left_to_the_person(name):
    assert understand([name]).fields == (None,)


@pytest.mark.parametrize("locale", ["en", "pt_BR", "fr"])
def test_the_columns_of_a_report_are_passed_over_in_every_language(locale):
    found = understand([*layout_header("en"), *report_header(locale)])
    assert found.report == (9, 10, 11)
    assert found.fields == (*LAYOUT, None, None, None)


def test_a_column_called_code_alone_is_no_report():
    assert understand(["Code", "Email", "Reason"]).report == ()


def test_a_header_of_words_that_all_languages_share_speaks_for_none():
    assert understand(["Email"]).language is None
    assert understand([]).language is None


def test_a_language_that_is_chosen_decides_which_of_two_columns_has_the_field():
    header = ["Société", "Empresa", "Mail"]
    assert understand(header).fields[:2] == ("organization", None)
    assert understand(header, "pt").fields[:2] == (None, "organization")
    assert LANGUAGES == ("en", "pt", "fr")


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        # CRMs share some columns with Outlook, which is no reason to leave out what only they call so.
        ("Contact Owner,First Name,Last Name,Account Name,Email,Phone,Home Phone,Other Phone,Mobile,Mailing Street,"
         "Mailing City,Mailing Zip,Tag",
         "responsible,first_name,last_name,organization,email,further_phones,further_phones,further_phones,phone,street,"
         "city,postcode,tags"),
        ("Person - Name,Person - First name,Person - Last name,Person - Email - Work,Person - Owner,Person - Label",
         "full_name,first_name,last_name,email,responsible,tags"),
        ("Customer ID,First Name,Email,Default Address Address1,Default Address Zip,Default Address Country Code",
         ",first_name,email,street,postcode,country"),
        ("Nome,Endereço,Número,Complemento,Bairro,Fone,Celular,Vendedor",
         "first_name,street,further_street,further_street,further_street,further_phones,phone,responsible"),
        ("Nome,Número,Endereço", "first_name,,street"),
        ("Nom,Adresse 1,Adresse 2,Téléphone portable", "last_name,street,further_street,phone"),
        ("EMAIL,NOM,PRENOM,SMS,WHATSAPP,EXT_ID", "email,last_name,first_name,further_phones,phone,external_id"),
        ("First Name,Phone Number,Mobile Phone Number", "first_name,further_phones,phone"),
    ],
)  # fmt: skip
def test_exports_of_other_programs_are_understood_by_their_words(header, fields):
    found = understand(header.split(","))
    assert (found.program, [one or "" for one in found.fields]) == (None, fields.split(","))
