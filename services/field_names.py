"""What the fields of a contact, and of a segment, are called."""

from hooks.i18n import N_, _
from services.messengers import PLATFORMS

_NAMES = {
    "name": N_("Name"),
    "first_name": N_("First name"),
    "last_name": N_("Last name"),
    "email": N_("E-mail"),
    "emails": N_("E-mails"),
    "email_shared": N_("Shared e-mail"),
    "further_emails": N_("Further e-mails"),
    "phone": N_("Phone"),
    "further_phones": N_("Further phones"),
    "middle_name": N_("Middle name"),
    "full_name": N_("Whole name"),
    "phones": N_("Phones"),
    "organization": N_("Organization"),
    "country": N_("Country"),
    "region": N_("Region"),
    "city": N_("City"),
    "postcode": N_("Postcode"),
    "street": N_("Street"),
    "further_street": N_("Street, further lines"),
    "language": N_("Language"),
    "time_zone": N_("Time zone"),
    "account_number": N_("Account number"),
    "external_id": N_("External ID"),
    "responsible": N_("Responsible"),
    "source": N_("Source"),
    "importance": N_("Importance"),
    "revenue": N_("Revenue"),
    "segments": N_("Segments"),
    "tags": N_("Tags"),
    "segments_joined": N_("Added to"),
    "segments_left": N_("Removed from"),
    "tags_added": N_("Tagged"),
    "messengers": N_("Messengers"),
    "opted_out": N_("Opted out"),
    "description": N_("Description"),
    "colour": N_("Colour"),
    "restricted": N_("Restricted"),
    "active": N_("Active"),
    "teams": N_("Teams"),
    "users": N_("People"),
    "created": N_("Added"),
    "updated": N_("Changed"),
}


def field_name(field: str) -> str:
    """Return what a field is called, in the reader's language; a field without a name by its own."""
    if field in PLATFORMS:
        return PLATFORMS[field].name
    return _(_NAMES[field]) if field in _NAMES else field
