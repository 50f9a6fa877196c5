"""Cells that a spreadsheet would run are made harmless by an apostrophe in front, and read back without it.

A text that a spreadsheet would write for an error is marked likewise, so that it is not taken for one.
A cell that only holds a number or a phone is left alone: `'+5511961234567` would be no phone any more.
"""

import re

_RUNS = "=+-@\t\r\n＝＋－＠"
# Digits and what stands between them: whatever a spreadsheet makes of these is a number, never a call.
_NUMBER_LIKE = re.compile(r"[+\-]?[0-9 ().,\-]*[0-9][0-9 ().,\-]*")
# What a spreadsheet writes where a formula came to nothing, in the languages of its header.
ERRORS = frozenset((
    "#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
    "#N/D", "#VALOR!", "#NOME?", "#NÚM!", "#NULO!", "#DESPEJAR!", "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!",
))  # fmt: skip
MARKS = "'="
# How programs keep a spreadsheet from taking digits for a number.
_TOLD_AS_TEXT = re.compile(r'="((?:[^"]|"")*)"')
_ESCAPED = re.compile(rf"'+[#{re.escape(_RUNS)}]")


def safe_cell(text: str) -> str:
    """Return `text` so that no spreadsheet runs it: plain_cell(safe_cell(text)) == text for every text."""
    if not text:
        return text
    first = text[0]
    if first == "'":
        return "'" + text if _ESCAPED.match(text) else text
    if first == "#" and text.strip().upper() in ERRORS:
        return "'" + text
    if first in _RUNS and not _NUMBER_LIKE.fullmatch(text):
        return "'" + text
    return text


def plain_cell(text: str) -> str:
    """Return the text that safe_cell made harmless, or that a spreadsheet is told to take for text: ="00123".

    Other text stays as it is; only what begins with one of MARKS can come out otherwise than it went in.
    """
    if text[:1] == "'" and _ESCAPED.match(text):
        return text[1:]
    if text[:1] == "=" and (told := _TOLD_AS_TEXT.fullmatch(text)):
        return told[1].replace('""', '"').strip()
    return text
