"""What reasons are called in short, to choose rows by them."""

from hooks.i18n import N_, _

TITLES = {
    "bad_quotes": N_("Quotation marks"),
    "bad_segment_name": N_("Name that no segment can have"),
    "bad_tag_name": N_("Name that no tag can have"),
    "blank": N_("Blank"),
    "cancelled": N_("Cancelled"),
    "changed_since_review": N_("Changed after the review"),
    "country_dialling_code": N_("Dialling code as country"),
    "country_unknown": N_("Unknown country"),
    "digits_lost": N_("Digits lost"),
    "email_not_valid": N_("E-mail not valid"),
    "email_of_another": N_("E-mail of another contact"),
    "email_several": N_("Several e-mails"),
    "email_too_long": N_("E-mail too long"),
    "email_unreachable_domain": N_("E-mail reaches nobody"),
    "email_with_name": N_("E-mail with a name"),
    "email_without_at": N_("E-mail without @"),
    "error_cell": N_("Error of the spreadsheet"),
    "external_id_of_another": N_("External ID of another contact"),
    "header": N_("Header again"),
    "in_bin": N_("In the bin"),
    "keys_of_two": N_("Keys of two contacts"),
    "may_not_add": N_("May not add"),
    "may_not_edit": N_("May not change"),
    "missing": N_("Something is missing"),
    "not_available": N_("Not available"),
    "not_done": N_("Not done"),
    "phone_country_contradiction": N_("Dialling code against country"),
    "phone_digits_lost": N_("Digits of the phone lost"),
    "phone_extension": N_("Phone with an extension"),
    "phone_letters": N_("Phone with letters"),
    "phone_needs_country": N_("Phone without a country"),
    "phone_not_a_number": N_("No phone number"),
    "phone_not_valid": N_("Phone not valid"),
    "phone_of_another": N_("Phone of another contact"),
    "phone_several": N_("Several phones"),
    "phone_too_long": N_("Phone too long"),
    "phone_too_short": N_("Phone too short"),
    "phone_unknown_code": N_("Unknown dialling code"),
    "phone_without_area": N_("Phone without area code"),
    "row_too_long": N_("More cells than columns"),
    "text_not_kept": N_("Text that cannot be kept"),
    "text_too_long": N_("Text too long"),
    "too_many": N_("Too many tries"),
    "too_many_addresses": N_("Too many addresses"),
    "unknown_segment": N_("Unknown segment"),
    "unknown_tag": N_("Unknown tag"),
}


def title(code: str) -> str:
    """Return what a reason is called in short."""
    return _(TITLES[code]) if code in TITLES else code
