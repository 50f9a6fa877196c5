"""The grid's own safety: constant code, and no text of anybody's among its options."""

import json

from hypothesis import given
from hypothesis import strategies as st

from pages.parts import grid, grid_look
from pages.parts.grid import Column, harmless

MARK = "::JSCODE::"


@given(
    st.lists(st.sampled_from([MARK, "::JS", "CODE::", ":", "alert(1)", "JSCODE"]), max_size=12).map("".join)
)
def test_a_text_for_the_options_never_holds_the_mark_of_code(text: str) -> None:
    assert MARK not in harmless(text)


def test_headers_and_labels_lose_the_mark() -> None:
    nasty = f"{MARK}alert(1){MARK}"
    options = grid._options(
        [Column("name", nasty)], nasty, "-created", picks=True, opens="/contact", session=""
    )
    texts = [options["columnDefs"][0]["headerName"], options["context"]["label"]]
    assert [text for text in texts if MARK in text] == []


def test_the_only_code_among_the_options_is_constant() -> None:
    columns = [
        Column("name", "Name", "opens", filtered=False),
        Column("segments", "Segments", "badges"),
        Column("c", "C", "change"),
        Column("reason", "Reason", wraps=True),
    ]
    options = grid._options(columns, "Contacts", "name", picks=True, opens="/contact", session="")
    constant = {
        grid._js(code).js_code
        for code in (
            grid.ROW_ID, grid.KEEP_ORDER, grid.TAKE_PICKS, grid.BEGIN, grid.OPENS, grid.BADGES, grid.CHANGE,
            grid.OPEN_BY_CLICK, grid.OPEN_BY_KEY, grid.HEADER, grid.ASK_BY_KEY, grid.SHOW_NEW,
            grid.EDIT, grid.WAIT_NO_MORE, grid.IS_OPEN, grid.FIT, grid.TAB_OUT,
        )
    }  # fmt: skip
    assert set(_code_in(options)) <= constant


def _code_in(value: object) -> list[str]:
    if isinstance(value, dict):
        return [code for inner in value.values() for code in _code_in(inner)]
    if isinstance(value, list):
        return [code for inner in value for code in _code_in(inner)]
    code = getattr(value, "js_code", value)
    return [code] if isinstance(code, str) and MARK in code else []


def test_no_code_writes_markup() -> None:
    code = " ".join(
        (
            grid.TAKE_PICKS,
            grid.BEGIN,
            grid.OPENS,
            grid.OPEN_BY_CLICK,
            grid.BADGES,
            grid.CHANGE,
            grid.COLLECT,
            grid.HEADER,
            grid.ASK_BY_KEY,
        )
    )
    for way in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval", "Function"):
        assert way not in code


def test_rows_carry_their_id_the_epoch_and_the_picks_before_their_cells() -> None:
    columns = [Column("name", "Name"), Column("segments", "Segments", "badges"), Column("n", "N", "number")]
    rows = [{"id": 7, "version": 2, "name": None, "segments": [("Norte", "green")], "n": 3}]
    assert grid._rows(columns, rows, [True], 4) == [
        [7, 2, 4, True, False, "", json.dumps([["Norte", "green"]]), "3"]
    ]
    assert grid._rows(columns, rows, None, 4, opened=7)[0][3:5] == [False, True]


def test_the_order_that_the_server_has_sorted_by_is_marked_in_the_header() -> None:
    options = grid._options([Column("name", "Name")], "Contacts", "-name", picks=False, opens="", session="")
    assert options["initialState"]["sort"] == {"sortModel": [{"colId": "name", "sort": "desc"}]}
    assert "rowSelection" not in options


def test_columns_that_may_be_added_later_find_the_code_of_their_cells() -> None:
    def known(arranges: bool) -> set[str]:
        columns = [Column("name", "Name", filtered=False)]
        return set(
            grid._options(columns, "", "name", picks=False, opens="", session="", arranges=arranges)[
                "components"
            ]
        )

    assert known(arranges=True) == {"head", "opens", "badges"}
    assert known(arranges=False) == {"head"}


def test_a_column_is_as_wide_as_it_was_drawn_or_takes_its_share() -> None:
    options = grid._options(
        [Column("name", "Name", drawn=90), Column("city", "City", flex=2)],
        "Contacts", "name", picks=False, opens="", session="", arranges=True,
    )  # fmt: skip
    drawn, shared = options["columnDefs"]
    assert (drawn["width"], drawn["flex"], drawn["minWidth"]) == (90, None, 60)
    assert (shared["flex"], shared["minWidth"], "width" in shared) == (2, 120, False)


def test_every_colour_of_a_segment_can_be_read_on_both_themes() -> None:
    from models.segment import COLOURS

    assert set(grid_look.COLOURS) == set(COLOURS)
    for on_light, on_dark in grid_look.COLOURS.values():
        assert _contrast(on_light, _mixed(on_light, "#ffffff", 0.11)) >= 4.5
        assert _contrast(on_dark, _mixed(on_dark, "#14191b", 0.20)) >= 4.5


def _mixed(ink: str, ground: str, share: float) -> str:
    parts = [round(share * _part(ink, at) + (1 - share) * _part(ground, at)) for at in (1, 3, 5)]
    return "#" + "".join(f"{part:02x}" for part in parts)


def _part(colour: str, at: int) -> int:
    return int(colour[at : at + 2], 16)


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = [_part(colour, at) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
