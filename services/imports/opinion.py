"""A second opinion on a file before it comes in: what is unlike the last one of its kind. It stops nothing."""

from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from hooks.i18n import _, ngettext, number
from models.fold import fold
from models.imports import Import, ImportRemark
from services.imports.headers import header_of, own_columns
from services.imports.own import mapping_of
from services.imports.tally import Tally
from services.imports.unreadable import quoted
from services.work import Work

_LOOKED_BACK = 50
# Of the columns of two files, so many in common make them files of one kind.
_KIN = 0.6
# Fewer rows than this part of the last file's are pointed out; so are half as many addresses.
_FEWER_ROWS = 0.6
_HALF = 0.5
# Of fewer cells nothing can be said.
_ENOUGH = 5
_ADDRESSES = ("email", "phone")

Kept = dict[str, Any]


def second_opinion(work: Work, kept: Import, tally: Tally) -> list[Kept]:
    """Return what is to be pointed out of a file that was gone through, to be kept with it."""
    columns, mapping = _columns(kept), mapping_of(kept)
    found = [_of_cells(tally, name) for name in _ADDRESSES if name in mapping.values()]
    last = _last_of_kind(work, kept, columns)
    if last is not None:
        before = Tally.of(last.counts)
        if before.rows and tally.rows <= before.rows * _FEWER_ROWS:
            found.append(
                {"code": "fewer_rows", "n": tally.rows, "before": before.rows, "file": last.file_name}
            )
        found += _of_columns(columns, _columns(last))
        found += [_of_share(tally, before, name) for name in _ADDRESSES if name in mapping.values()]
    known: dict[str, Kept] = {}
    for one in found:
        if one is not None:
            known.setdefault(f"{one['code']} {one.get('field', '')}", one)
    return list(known.values())


def remark(kept: Mapping[str, Any], headers: Mapping[str, str], locale: str) -> ImportRemark:
    """Return what was kept as a sentence; `headers` are the file's own names of the fields."""
    field = kept.get("field")
    column = headers.get(field) or header_of(field, locale) if field else ""
    return ImportRemark(code=kept["code"], sentence=_SENTENCES[kept["code"]](kept, column))


def _columns(kept: Import) -> list[str]:
    columns = (kept.shape or {}).get("columns", [])
    return [columns[at] for at in own_columns(columns)]


def _last_of_kind(work: Work, kept: Import, columns: Sequence[str]) -> Import | None:
    """Return the owner's last import that came in to its end and has most columns in common with this one."""
    owner = col(Import.owner_id)
    earlier = (
        select(Import)
        .where(
            owner.is_(None) if kept.owner_id is None else owner == kept.owner_id,
            col(Import.id) != kept.id,
            col(Import.state).in_(("done", "done_with_rejects")),
        )
        .order_by(col(Import.id).desc())
        .limit(_LOOKED_BACK)
    )
    own = {fold(name) for name in columns}
    for one in work.session.scalars(earlier):
        others = {fold(name) for name in _columns(one)}
        if own and len(own & others) >= _KIN * max(len(own), len(others)):
            return one
    return None


def _of_columns(columns: Sequence[str], before: Sequence[str]) -> list[Kept | None]:
    """Return which columns moved, are gone or are new."""
    now, then = [fold(name) for name in columns], [fold(name) for name in before]
    stays_now = [name for name in now if name in then]
    stays_then = [name for name in then if name in now]
    steady: set[str] = set()
    for block in SequenceMatcher(None, stays_then, stays_now, autojunk=False).get_matching_blocks():
        steady.update(stays_now[block.b : block.b + block.size])
    moved = [name for name, key in zip(columns, now, strict=True) if key in then and key not in steady]
    gone = [name for name, key in zip(before, then, strict=True) if key not in now]
    new = [name for name, key in zip(columns, now, strict=True) if key not in then]
    said = (("columns_moved", moved), ("columns_gone", gone), ("columns_new", new))
    return [{"code": code, "names": [quoted(name) for name in names]} for code, names in said if names]


def _of_cells(tally: Tally, name: str) -> Kept | None:
    """Say that most cells of a column for addresses hold none."""
    right = getattr(tally, f"{name}s")
    filled = right + tally.wrong.get(name, 0)
    if filled < _ENOUGH or right >= filled * _HALF:
        return None
    return {"code": f"few_{name}s", "field": name, "n": right, "of": filled}


def _of_share(tally: Tally, before: Tally, name: str) -> Kept | None:
    """Say that far fewer of the rows have an address than those of the last file."""
    if tally.rows < _ENOUGH or before.rows < _ENOUGH:
        return None
    now, then = (getattr(one, f"{name}s") / one.rows for one in (tally, before))
    if then == 0 or now > then * _HALF:
        return None
    return {"code": f"fewer_{name}s", "field": name, "n": round(100 * now), "before": round(100 * then)}


def _names(kept: Mapping[str, Any]) -> str:
    return ", ".join(_("“{text}”").format(text=name) for name in kept["names"])


def _fewer_rows(kept: Mapping[str, Any], _column: str) -> str:
    return ngettext(
        "{n} row, where the last file with these columns ({file}) had {before}.",
        "{n} rows, where the last file with these columns ({file}) had {before}.",
        kept["n"],
    ).format(n=number(kept["n"]), file=quoted(kept["file"]), before=number(kept["before"]))


def _few_emails(kept: Mapping[str, Any], column: str) -> str:
    return _("{column}: only {n} of {of} cells hold an e-mail address.").format(
        column=column, n=number(kept["n"]), of=number(kept["of"])
    )


def _few_phones(kept: Mapping[str, Any], column: str) -> str:
    return _("{column}: only {n} of {of} cells hold a phone number.").format(
        column=column, n=number(kept["n"]), of=number(kept["of"])
    )


def _fewer_emails(kept: Mapping[str, Any], _column: str) -> str:
    return _(
        "{n} % of the rows have an e-mail address; in the last file with these columns {before} % had."
    ).format(n=number(kept["n"]), before=number(kept["before"]))


def _fewer_phones(kept: Mapping[str, Any], _column: str) -> str:
    return _(
        "{n} % of the rows have a phone number; in the last file with these columns {before} % had."
    ).format(n=number(kept["n"]), before=number(kept["before"]))


_SENTENCES: dict[str, Callable[[Mapping[str, Any], str], str]] = {
    "fewer_rows": _fewer_rows,
    "few_emails": _few_emails,
    "few_phones": _few_phones,
    "fewer_emails": _fewer_emails,
    "fewer_phones": _fewer_phones,
    "columns_moved": lambda kept, _column: _(
        "Columns stand at another place than in the last file: {names}."
    ).format(names=_names(kept)),
    "columns_gone": lambda kept, _column: _("Columns of the last file that this one lacks: {names}.").format(
        names=_names(kept)
    ),
    "columns_new": lambda kept, _column: _("Columns that the last file did not have: {names}.").format(
        names=_names(kept)
    ),
}
