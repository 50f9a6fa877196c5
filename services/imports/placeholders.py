"""What people write into a cell that has to say something where there is nothing: “-”, “n/a”, “não tem”, “0”.

Taken for an external ID, it would make all such rows one contact.
"""

import re

from models.fold import fold

_WORDS = frozenset((
    "n/a", "n.a.", "n.a", "na", "#n/a", "n/d", "n.d.", "n.d", "nd", "n/c", "n.c.", "s/n", "n/i", "none", "null", "nil",
    "nan", "(null)", "(none)", "<null>", "(blank)", "(empty)", "nothing", "empty", "blank", "unknown",
    "undefined", "not available", "not applicable", "not known", "not given", "does not have", "has none",
    "no id", "no number", "no phone", "no mobile", "no email", "no e-mail", "without", "tbd", "to be defined",
    "to be confirmed", "tba", "pending",
    "nao", "nenhum", "nenhuma", "nao tem", "n tem", "nao possui", "nao ha", "nao existe", "nao informado",
    "nao informada", "nao consta", "nao cadastrado", "nao se aplica", "nao disponivel", "sem", "sem id", "sem numero",
    "sem codigo", "sem telefone", "sem celular", "sem email", "sem e-mail", "sem informacao", "sem dados", "vazio",
    "em branco", "nulo", "desconhecido", "indefinido", "indisponivel", "a definir", "a confirmar", "a informar",
    "aucun", "aucune", "neant", "rien", "sans", "sans id", "sans numero", "sans telephone", "sans portable",
    "sans email", "sans e-mail", "sans mail", "pas de numero", "pas de telephone", "pas de portable", "pas de mail",
    "pas d'email", "pas d'e-mail", "pas d’email", "pas d’e-mail", "n'a pas", "n’a pas", "non renseigne",
    "non renseignee", "non communique", "non communiquee", "non disponible", "non applicable", "non connu", "inconnu",
    "inconnue", "vide", "indefini", "a preciser", "a completer", "a venir",
))  # fmt: skip
_LONGEST = max(map(len, _WORDS)) + 4
# Signs alone, zeros alone, or the sign of a blank to be filled in.
_NOTHING = re.compile(r"[\W_]+|[0\W_]+|(?i:x{2,})")


def is_placeholder(text: str) -> bool:
    """Say whether a text stands for nothing, whatever its case and accents."""
    if not text[:1].isalpha() and _NOTHING.fullmatch(text):
        return True
    if len(text) > _LONGEST:
        return False
    return " ".join(fold(text).split()) in _WORDS or bool(_NOTHING.fullmatch(text))


def said_in_earnest(text: str) -> str:
    """Return an external ID as a file has to write it, so that an import does not take it for nothing."""
    return f"'{text}" if is_placeholder(text) or is_placeholder(text.lstrip("'")) else text


def meant_in_earnest(text: str) -> str | None:
    """Return the external ID that a cell holds; null where the cell stands for nothing."""
    if text[0] == "'" and (is_placeholder(text[1:]) or is_placeholder(text.lstrip("'"))):
        return text[1:]
    return None if is_placeholder(text) else text
