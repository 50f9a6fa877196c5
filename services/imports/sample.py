"""The sample file: what a file looks like that is read without a question."""

import csv
import io

from services.imports.headers import layout_header
from services.imports.write_csv import delimiter_for

# Phones are the examples that phonenumbers holds for these countries; nobody has these addresses.
_ROWS = {
    "en": (
        ("US", "Grace", "Miller", "(201) 555-0123", "grace.miller@example.com", "10042", "Northwind Farms",
         "CRM-0001", "Premium;Northern region"),
        ("BR", "João", "Gonçalves", "(11) 96123-4567", "joao.goncalves@example.com", "10043", "Boa Vista",
         "CRM-0002", "Premium"),
        ("FR", "Élodie", "Lefèvre", "06 12 34 56 78", "elodie.lefevre@example.com", "", "", "", ""),
    ),
    "pt": (
        ("BR", "João", "Gonçalves", "(11) 96123-4567", "joao.goncalves@example.com", "10042",
         "Fazenda Boa Vista", "CRM-0001", "Premium;Região Norte"),
        ("BR", "Maria Eduarda", "Araújo", "(11) 2345-6789", "maria.araujo@example.com", "10043",
         "Agro Araújo", "CRM-0002", "Premium"),
        ("PT", "Inês", "Conceição", "912 345 678", "ines.conceicao@example.com", "", "", "", ""),
    ),
    "fr": (
        ("FR", "Élodie", "Lefèvre", "06 12 34 56 78", "elodie.lefevre@example.com", "10042",
         "Domaine du Chêne", "CRM-0001", "Premium;Région Nord"),
        ("FR", "François", "Noël", "01 23 45 67 89", "francois.noel@example.com", "10043", "Noël et fils",
         "CRM-0002", "Premium"),
        ("BE", "Anaïs", "Dubois", "0470 12 34 56", "anais.dubois@example.com", "", "", "", ""),
    ),
}  # fmt: skip


def sample_file(locale: str) -> bytes:
    """Return the sample as CSV, as a spreadsheet in that language opens it by a double click.

    UTF-8 with a byte order mark, CRLF, and the language's list separator; where that is `;`, segments are
    quoted.
    """
    header = layout_header(locale)
    language = next(spoken for spoken in _ROWS if layout_header(spoken) == header)
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter_for(locale)).writerows([header, *_ROWS[language]])
    return text.getvalue().encode("utf-8-sig")
