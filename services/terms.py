"""What the codes that are kept are called, in the reader's language: sources, channels, roles."""

from collections.abc import Collection, Mapping

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


def role_title(name: str) -> str:
    """Return what a role is called where it begins a line; one that people made as they wrote it."""
    return role_name(name).capitalize() if name in ROLES else name


# What each permission of the core allows, in the groups in which an administrator reads them.
PERMISSIONS: Mapping[str, Mapping[str, str]] = {
    N_("Contacts"): {
        "contacts.view": N_("See contacts"),
        "contacts.add": N_("Add contacts"),
        "contacts.edit": N_("Edit contacts"),
        "contacts.delete": N_("Delete contacts"),
        "contacts.import": N_("Import contacts"),
        "contacts.export": N_("Export contacts"),
    },
    N_("Segments and views"): {
        "segments.assign": N_("Add contacts to segments and take them out"),
        "segments.manage": N_("Make and edit segments"),
        "segments.assign_restricted": N_("Add contacts to restricted segments and take them out"),
        "segments.restrict": N_("Restrict segments and link people to them"),
        "views.share": N_("Share views"),
    },
    N_("Administration"): {
        "people.manage": N_("Manage people and teams"),
        "roles.manage": N_("Manage roles"),
        "portfolios.manage": N_("Manage portfolios"),
        "plan.manage": N_("Switch features of the plan"),
        "plugins.manage": N_("Switch plugins"),
    },
}

SCOPES: Mapping[str, str] = {
    "everyone": N_("All contacts"),
    "teams": N_("Contacts of their teams"),
    "mine": N_("Their own contacts"),
}


def scope_name(scope: str) -> str:
    """Return whose contacts a scope lets a person see."""
    return _(SCOPES[scope])


def permission_names(names: Collection[str]) -> list[str]:
    """Return what permissions allow, in the order of their groups; those that plugins brought come last."""
    known = [name for group in PERMISSIONS.values() for name in group]
    ordered = [name for name in known if name in names] + sorted(set(names) - set(known))
    return [permission_name(name) for name in ordered]


def permission_name(name: str) -> str:
    """Return what a permission allows; one that a plugin brought by its own name."""
    return next((_(group[name]) for group in PERMISSIONS.values() if name in group), name)
