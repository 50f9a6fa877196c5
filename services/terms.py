"""What the codes that are kept are called, in the reader's language: sources, channels, roles."""

from collections.abc import Mapping

from hooks.i18n import N_, _

# "File import" and not "Import", which is the word on the button that begins one.
SOURCES: Mapping[str, str] = {
    "manual": N_("By hand"),
    "import": N_("File import"),
    "api": N_("API"),
    "form": N_("Form"),
    "landing page": N_("Landing page"),
    "chatbot": N_("Chatbot"),
    "payment": N_("Payment"),
    "automation": N_("Automation"),
    "integration": N_("Integration"),
}

CHANNELS: Mapping[str, str] = {
    "email": N_("E-mail"),
    "phone": N_("Phone"),
    "messenger": N_("Messenger"),
}

# The roles of a fresh installation; those made later are called what they were named.
ROLES: Mapping[str, str] = {
    "administrator": N_("administrator"),
    "manager": N_("manager"),
    "advisor": N_("advisor"),
    "analyst": N_("analyst"),
}


def source_name(code: str) -> str:
    """Return what a source is called; one that a plugin brought by its own name."""
    return _(SOURCES[code]) if code in SOURCES else code


def channel_name(code: str) -> str:
    """Return what a channel is called; one that a plugin brought by its own name."""
    return _(CHANNELS[code]) if code in CHANNELS else code


def role_name(name: str) -> str:
    """Return what a role is called."""
    return _(ROLES[name]) if name in ROLES else name
