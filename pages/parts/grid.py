"""The grid: one page of rows in AG Grid, sorted and filtered by the server. Nothing else imports st_aggrid.

All JavaScript is constant text of this file. What people wrote travels in row data, which is never run, and
is put on the page by textContent; texts that must be options (headers, labels) lose AG Grid's marker of code.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from secrets import token_hex
from typing import Any, Literal

import pandas as pd
import streamlit as st

from hooks.i18n import _, current_locale
from pages.parts import grid_look
from pages.parts.state import DEFAULT_SORT, GridEvent, event_of
from services.preferences import NARROWEST

Kind = Literal["text", "opens", "badges", "quiet", "number", "change"]

# A badge travels as [text, colour]; a change as [[field, before, after], …].
Badge = tuple[str, str]


_SESSION = "grid-session"
_HEAD, HIGHEST = 36, 480


@dataclass(frozen=True)
class Column:
    """A column: `field` of the rows, what its header says, how it is drawn, its least width in pixels.

    It takes its share `flex` of what is left, or is just as wide as a person has `drawn` it; `hint` says more of
    its header. With `filtered` its header has a sign that asks for a filter on it, and shows whether there is one.
    The cells of an `editable` one are written in; those of one that `wraps` take as many lines as they need.
    """

    field: str
    header: str
    kind: Kind = "text"
    width: int = 120
    flex: int = 1
    sortable: bool = False
    drawn: int | None = None
    hint: str = ""
    filtered: bool | None = None
    editable: bool = False
    wraps: bool = False


def grid(
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    *,
    key: str,
    label: str,
    sort: str = DEFAULT_SORT,
    picked: Sequence[bool] | None = None,
    epoch: int = 0,
    height: int = HIGHEST,
    opens: str = "",
    opened: int | None = None,
    beside: bool = False,
    arranges: bool = False,
    on_event: Callable[[GridEvent], None] | None = None,
) -> None:
    """Draw a page of rows; `on_event` hears of what is done in the grid, before the rerun that follows.

    Each row has an integer `id` beside its columns' fields, and a `version` where its cells are written in. With
    `picked`, one flag a row, rows can be ticked; the browser takes these flags over only when `epoch` changes, so
    that quick ticking is never undone. `label` names the grid for a screen reader; `opens` is the path that a row's
    name leads to. With `beside` a row that is clicked elsewhere is told, to be shown beside the grid: `opened` is the
    one that is. With `arranges` columns can be put in another order, and that and their widths are told. It is `height`
    pixels high; where a column wraps, as high as its rows then are.
    """
    # Streamlit serves its files only where a page's script is what loads it.
    from st_aggrid import AgGrid, StAggridTheme

    dark = st.context.theme.type == "dark"
    session = st.session_state.setdefault(_SESSION, token_hex(8))
    order = _options(
        columns, label, sort, picks=picked is not None, opens=opens, beside=beside, arranges=arranges,
        session=session,
    )  # fmt: skip
    frame = pd.DataFrame(_rows(columns, rows, picked, epoch, opened), columns=_names(columns), dtype=object)
    name = f"{key}-{current_locale()}-{'dark' if dark else 'light'}"

    def report(answer: Any) -> None:
        event = event_of(answer.raw_data)
        # A window that outlived its session, as across a restart, tells once more what it told the one before.
        if event is not None and event.session == session and on_event is not None:
            on_event(event)

    AgGrid(
        frame.astype(
            {"_id": "int64", "_version": "int32", "_epoch": "int32", "_picked": "bool", "_open": "bool"}
        ),
        gridOptions=order,
        height=height,
        key=name,
        callback=report,
        theme=StAggridTheme(base="quartz").withParams(**grid_look.theme(dark=dark)),
        custom_css=grid_look.css(dark=dark),
        update_on=["selectionChanged", "sortChanged", "columnMoved", "columnResized"],
        data_return_mode="CUSTOM",
        custom_jscode_for_grid_return=_js(COLLECT),
        should_grid_return=_js(REPORTS),
        # Only rows that differ are taken over, and a cell that is written in stays open. The grid never writes in
        # its rows by itself, so the server's are never held back.
        server_sync_strategy="client_wins",
        enable_enterprise_modules=False,
        allow_unsafe_jscode=True,
        show_toolbar=False,
        use_json_serialization=False,
    )


def harmless(text: str) -> str:
    """Return `text` without AG Grid's marker of code, however it is nested, for use in the grid's options."""
    while "::JSCODE::" in text:
        text = text.replace("::JSCODE::", "")
    return text


def _names(columns: Sequence[Column]) -> list[str]:
    return ["_id", "_version", "_epoch", "_picked", "_open", *(column.field for column in columns)]


def _rows(
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    picked: Sequence[bool] | None,
    epoch: int,
    opened: int | None = None,
) -> list[list[Any]]:
    ticks = picked if picked is not None else [False] * len(rows)
    return [
        [
            row["id"],
            row.get("version", 0),
            epoch,
            tick,
            row["id"] == opened,
            *(_cell(column, row.get(column.field)) for column in columns),
        ]
        for row, tick in zip(rows, ticks, strict=True)
    ]


def _cell(column: Column, value: Any) -> Any:
    if column.kind in ("badges", "change"):
        return json.dumps(value or [], ensure_ascii=False)
    return "" if value is None else str(value)


def _options(
    columns: Sequence[Column],
    label: str,
    sort: str,
    *,
    picks: bool,
    opens: str,
    beside: bool = False,
    arranges: bool = False,
    session: str,
) -> dict[str, Any]:
    field, direction = sort.removeprefix("-"), "desc" if sort.startswith("-") else "asc"
    options: dict[str, Any] = {
        "columnDefs": [_definition(column) for column in columns],
        "components": {name: _js(code) for name, code in _components(columns, later=arranges).items()},
        "defaultColDef": {
            "suppressHeaderKeyboardEvent": _js(ASK_BY_KEY),
            "comparator": _js(KEEP_ORDER),
            "sortable": False,
            "cellDataType": False,
            "suppressMovable": not arranges,
            "suppressHeaderMenuButton": True,
            "sortingOrder": ["asc", "desc"],
        },
        "getRowId": _js(ROW_ID),
        "onRowDataUpdated": _js(TAKE_PICKS),
        "onFirstDataRendered": _js(TAKE_PICKS),
        "onGridReady": _js(BEGIN),
        "onGridColumnsChanged": _js(SHOW_NEW),
        "onCellClicked": _js(OPEN_BY_CLICK),
        "onCellKeyDown": _js(OPEN_BY_KEY),
        "tabToNextCell": _js(TAB_OUT),
        "onCellEditRequest": _js(EDIT),
        "onCellDoubleClicked": _js(WAIT_NO_MORE),
        "rowClassRules": {"is-open": _js(IS_OPEN)},
        "readOnlyEdit": True,
        "stopEditingWhenCellsLoseFocus": True,
        "context": {
            "label": harmless(label),
            "opens": opens,
            "beside": beside,
            "arranges": arranges,
            "session": session,
        },
        "initialState": {
            "partialColumnState": True,
            "sort": {"sortModel": [{"colId": field, "sort": direction}]},
        },
        "localeText": {name: harmless(text) for name, text in _words().items()},
        "suppressDragLeaveHidesColumns": True,
        "suppressMultiSort": True,
        "suppressNoRowsOverlay": True,
        "animateRows": False,
        "enableCellTextSelection": True,
        "tooltipShowDelay": 600,
        "rowHeight": 38,
        "headerHeight": _HEAD,
    }
    if any(column.wraps for column in columns):
        options["onModelUpdated"] = _js(FIT)
    if picks:
        options["rowSelection"] = {"mode": "multiRow", "enableClickSelection": False}
        options["selectionColumnDef"] = {
            "width": 44, "pinned": None, "suppressHeaderMenuButton": True,
            "lockPosition": "left", "suppressMovable": True, "resizable": False,
        }  # fmt: skip
    return options


def _components(columns: Sequence[Column], *, later: bool) -> dict[str, str]:
    """Return the code of the cells and headers that these columns need, or columns that are added `later` may."""
    kinds = {column.kind for column in columns} | ({"opens", "badges"} if later else set())
    needed = {kind: code for kind, code in _RENDERERS.items() if kind in kinds}
    return needed | ({"head": HEADER} if any(column.filtered is not None for column in columns) else {})


def _definition(column: Column) -> dict[str, Any]:
    definition: dict[str, Any] = {
        "field": column.field,
        "headerName": harmless(column.header),
        "minWidth": NARROWEST if column.drawn else column.width,
        **_width(column),
        "cellClass": f"is-{column.kind} is-editable" if column.editable else f"is-{column.kind}",
    }
    if column.hint:
        definition["headerTooltip"] = harmless(column.hint)
    if column.sortable:
        definition["sortable"] = True
    if column.editable:
        definition["editable"] = True
    if column.filtered is not None:
        definition["headerComponentParams"] = {
            "innerHeaderComponent": "head",
            "filtered": column.filtered,
            "hint": harmless(_("Filter by {field}").format(field=column.header)),
        }
    if column.wraps:
        definition |= {"wrapText": True, "autoHeight": True}
        definition["cellClass"] += " is-wrapped"
    if column.kind == "number":
        definition["headerClass"] = "ag-right-aligned-header"
    if column.kind in _RENDERERS:
        definition["cellRenderer"] = column.kind
    else:
        definition["tooltipField"] = column.field
    return definition


def _width(column: Column) -> dict[str, Any]:
    if column.drawn:
        return {"width": column.drawn, "flex": None}
    return {"flex": column.flex} if column.flex else {"width": column.width}


def _words() -> dict[str, str]:
    return {
        "ariaRowToggleSelection": _("Press Space to pick this row or let it go"),
        "ariaRowSelect": _("Press Space to pick this row"),
        "ariaRowDeselect": _("Press Space to let this row go"),
        "ariaHeaderSelection": _("Pick all rows of this page"),
        "ariaColumnSelectAll": _("Pick all rows of this page"),
        "ariaChecked": _("picked"),
        "ariaUnchecked": _("not picked"),
        "ariaIndeterminate": _("some are picked"),
        "ariaSortableColumn": _("Press Enter to sort"),
        "ariaSelectColumn": _("Press Ctrl and Space to select the column"),
        "ariaHidden": _("hidden"),
        "ariaVisible": _("visible"),
        "noRowsToShow": _("No rows"),
    }


@lru_cache(maxsize=64)
def _js(code: str) -> Any:
    from st_aggrid import JsCode

    return JsCode(code)


# --- constant code


ROW_ID = "(params) => String(params.data._id)"

# The server sorts. Equal rows stay as they came.
KEEP_ORDER = "() => 0"

# Flags from the server count when their epoch is new; between two epochs the browser's own ticks do.
TAKE_PICKS = """(event) => {
  const fresh = [], stale = [];
  let epoch = null, first = null;
  event.api.forEachNode((node) => {
    epoch = node.data._epoch;
    first = first ?? node.id;
    (node.data._picked ? fresh : stale).push(node);
  });
  if (epoch === null || event.api.carteiraEpoch === epoch) { return; }
  event.api.carteiraEpoch = epoch;
  event.api.setNodesSelected({ nodes: stale, newValue: false, source: 'api' });
  event.api.setNodesSelected({ nodes: fresh, newValue: true, source: 'api' });
  if (event.api.carteiraFirst !== first) { event.api.ensureIndexVisible(0, 'top'); }
  event.api.carteiraFirst = first;
}"""

# All of this travels with every page of rows: what several parts need is said once, and stands beside the grid's API.
# A column that shares what is left has a width below which its neighbours make no room; under a person's hand it
# can be made as narrow as that person likes. The page's own history takes one step, as by a link: st.switch_page would
# make it two. Beside the grid there is no room on a phone: there the card itself opens.
BEGIN = """({ api, context }) => {
  const top = window.parent;
  document.title = context.label;
  document.documentElement.lang = top.document.documentElement.lang || 'en';
  if (window.frameElement) { window.frameElement.title = context.label; }
  const root = document.querySelector('[role=grid], [role=treegrid]');
  if (root) { root.setAttribute('aria-label', context.label); }
  const mark = () => Date.now() + '-' + Math.random();
  const collect = (name) => {
    const shown = [], picked = [];
    let epoch = 0;
    api.forEachNode((node) => {
      shown.push(node.data._id);
      if (node.isSelected()) { picked.push(node.data._id); }
      epoch = node.data._epoch;
    });
    const state = api.getColumnState().filter((column) => !column.colId.startsWith('ag-Grid-'));
    const sort = state.filter((column) => column.sort)
      .map((column) => ({ field: column.colId, direction: column.sort }));
    const columns = state.map((column) => [column.colId, column.flex ? null : Math.round(column.width)]);
    const session = api.getGridOption('context').session;
    return { mark: mark(), session, name, sort, columns, edits: api.carteira.edits, shown, picked, epoch };
  };
  const tell = (name, more) => top.postMessage({
    isStreamlitMessage: true, type: 'streamlit:setComponentValue', dataType: 'json',
    value: { ...collect(name), ...more },
  }, '*');
  const go = (id) => {
    if (!context.opens || !id) { return; }
    const home = window.location.pathname.split('/component/')[0];
    top.carteiraLead(home + context.opens + '?id=' + Number(id));
  };
  const show = (id) => {
    const card = context.opens && top.matchMedia('(max-width: 640px)').matches;
    if (card) { go(id); } else { tell('rowOpened', { row: id }); }
  };
  const write = (edit) => {
    api.carteira.edits = [...api.carteira.edits.slice(-19), { mark: mark(), ...edit }];
    tell('edited');
  };
  api.carteira = { collect, tell, go, show, write, edits: [] };
  document.addEventListener('pointerdown', (down) => {
    const handle = down.target.closest('.ag-header-cell-resize'), head = handle && handle.closest('[col-id]');
    const column = head && api.getColumn(head.getAttribute('col-id'));
    if (column) { column.minWidth = Math.min(column.minWidth, NARROWEST); }
  }, true);
  document.addEventListener('keydown', (key) => top.carteiraHears && top.carteiraHears(key));
  if (!context.beside) { return; }
  const typing = 'input, textarea, select, [contenteditable="true"], [role="dialog"] *';
  const heard = (key) => {
    if (key.altKey || key.defaultPrevented || key.target.closest(typing)) { return; }
    if (key.ctrlKey || key.metaKey) {
      if (key.shiftKey || key.key.toLowerCase() !== 'z') { return; }
      key.preventDefault();
      write({ undo: true });
      return;
    }
    const wanted = { '/': '.st-key-contacts-search input', Escape: '.st-key-icon-panel-close button' }[key.key];
    const found = wanted && top.document.querySelector(wanted);
    if (!found) { return; }
    key.preventDefault();
    key.stopPropagation();
    if (key.key === '/') { found.focus(); found.select(); } else { found.click(); }
  };
  document.addEventListener('keydown', heard, true);
  top.document.removeEventListener('keydown', top.carteiraKeys);
  top.carteiraKeys = heard;
  top.document.addEventListener('keydown', heard);
}""".replace("NARROWEST", str(NARROWEST))

# A column that was added may lie beyond the edge.
SHOW_NEW = """(event) => {
  const known = event.api.carteiraColumns, now = (event.api.getColumns() || []).map((one) => one.getColId());
  event.api.carteiraColumns = now;
  const fresh = known ? now.filter((id) => !known.includes(id)) : [];
  if (fresh.length) { event.api.ensureColumnVisible(fresh[fresh.length - 1]); }
}"""

# Rows of several lines are as high as they turn out, and the frame is as high as all of them. The component tells the
# frame's height too, as it found it, so it is looked at again whenever that has changed.
FIT = """({ api }) => {
  const fit = () => {
    let high = HEAD;
    api.forEachNode((node) => { high += node.rowHeight; });
    const height = Math.min(HIGHEST, high);
    if (window.innerHeight === height) { return; }
    window.parent.postMessage({ isStreamlitMessage: true, type: 'streamlit:setFrameHeight', height }, '*');
  };
  if (!api.carteiraFits) { window.addEventListener('resize', fit); }
  api.carteiraFits = true;
  fit();
  window.setTimeout(fit, 400);
}""".replace("HIGHEST", str(HIGHEST)).replace("HEAD", str(_HEAD + 2))

REPORTS = """({ streamlitRerunEventTriggerName: name, eventData: event }) => {
  if (name === 'selectionChanged') {
    return ['checkboxSelected', 'spaceKey', 'rowClicked'].includes(event.source)
      || String(event.source).startsWith('uiSelectAll');
  }
  if (name === 'columnMoved' || name === 'columnResized') {
    return event.context.arranges && event.finished && String(event.source).startsWith('ui');
  }
  return name === 'sortChanged' && String(event.source).startsWith('ui');
}"""

COLLECT = "({ streamlitRerunEventTriggerName: name, eventData: event }) => event.api.carteira.collect(name)"

# What a column is called, and the sign that asks for a filter on it.
HEADER = """class {
  init(params) {
    this.gui = document.createElement('span');
    this.gui.className = 'head';
    this.name = document.createElement('span');
    this.sign = document.createElement('button');
    this.sign.type = 'button';
    this.sign.tabIndex = -1;
    this.sign.innerText = '\\u25BE';
    this.sign.addEventListener('click', (event) => {
      event.stopPropagation();
      params.api.carteira.tell('filterAsked', { field: params.column.getColId() });
    });
    ['mousedown', 'pointerdown', 'touchstart', 'dblclick'].forEach((name) =>
      this.sign.addEventListener(name, (event) => event.stopPropagation(), { passive: true }));
    this.gui.append(this.name, this.sign);
    this.refresh(params);
  }
  getGui() { return this.gui; }
  refresh(params) {
    this.name.textContent = params.displayName;
    this.sign.title = params.hint;
    this.sign.setAttribute('aria-label', params.hint);
    this.gui.classList.toggle('is-filtered', params.filtered);
    return true;
  }
}"""

ASK_BY_KEY = """({ api, colDef, event }) => {
  const asked = colDef.headerComponentParams && event.altKey && event.key === 'ArrowDown';
  if (asked) { api.carteira.tell('filterAsked', { field: colDef.field }); }
  return Boolean(asked);
}"""

# What was written is shown at once, and told until so many others followed it: of events that come in quick
# succession Streamlit hears the last.
EDIT = """({ api, colDef, node, newValue }) => {
  const field = colDef.field, data = node.data, value = String(newValue ?? '').trim();
  if (value === String(data[field] ?? '')) { return; }
  api.applyTransaction({ update: [{ ...data, [field]: value }] });
  api.carteira.write({ id: data._id, version: data._version, field, value });
}"""

# A click on a cell that is written in by a double click waits for the second one.
OPEN_BY_CLICK = """({ api, colDef, column, context, event, node }) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!plain || column.getColId().startsWith('ag-Grid-')) { return; }
  if (colDef.cellClass === 'is-opens') { api.carteira.go(node.data._id); return; }
  window.clearTimeout(api.carteira.waits);
  if (!context.beside || String(window.getSelection()) || api.getEditingCells().length) { return; }
  const show = () => api.carteira.show(node.data._id);
  if (column.isCellEditable(node)) { api.carteira.waits = window.setTimeout(show, 280); } else { show(); }
}"""

WAIT_NO_MORE = "({ api }) => window.clearTimeout(api.carteira.waits)"

IS_OPEN = "(params) => Boolean(params.data && params.data._open)"

# Enter does what a click does there, but for cells that are written in.
OPEN_BY_KEY = """({ api, colDef, column, context, event, node }) => {
  if (!event || event.key !== 'Enter' || !node || !node.data || column.isCellEditable(node)) { return; }
  const beside = context.beside && colDef.cellClass !== 'is-opens';
  (beside ? api.carteira.show : api.carteira.go)(node.data._id);
}"""

# Arrows lead from cell to cell; Tab leads out of the list, and to the next cell only where one writes.
TAB_OUT = """({ backwards, editing, nextCellPosition }) => {
  if (editing) { return nextCellPosition || false; }
  const frame = window.frameElement, side = backwards ? 2 : 4;  // before the frame, after it
  const stops = [...top.document.querySelectorAll('a[href], button:not(:disabled), input:not(:disabled)')].filter(
    (one) => one.tabIndex >= 0 && one.getClientRects().length && frame.compareDocumentPosition(one) & side,
  );
  const next = backwards ? stops[stops.length - 1] : stops[0];
  // The grid gives the focus to its cell once more before that.
  if (next) { window.setTimeout(() => next.focus()); }
  return Boolean(next);
}"""

# A true link, so that it can be opened in another tab; a plain click is the grid's to follow.
OPENS = """class {
  init(params) {
    this.gui = document.createElement('a');
    this.gui.tabIndex = -1;
    this.gui.addEventListener('click', (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); }
    });
    this.refresh(params);
  }
  getGui() { return this.gui; }
  refresh(params) {
    const root = window.location.pathname.split('/component/')[0];
    this.gui.textContent = params.value || '\\u2014';
    this.gui.title = params.value || '';
    const opens = params.context.opens;
    if (opens) { this.gui.href = root + opens + '?id=' + Number(params.data._id); }
    return true;
  }
}"""

# As many badges as the column has room for, and how many more there are; measured without laying the page out.
BADGES = """class {
  init(params) {
    this.gui = document.createElement('span');
    this.gui.className = 'badges';
    this.column = params.column;
    this.lay = () => this.draw();
    this.column.addEventListener('widthChanged', this.lay);
    this.refresh(params);
  }
  getGui() { return this.gui; }
  destroy() { this.column.removeEventListener('widthChanged', this.lay); }
  refresh(params) {
    this.badges = JSON.parse(params.value || '[]');
    this.gui.title = this.badges.map(([text]) => text).join(', ');
    this.draw();
    return true;
  }
  draw() {
    const pen = window.badgePen ||= document.createElement('canvas').getContext('2d');
    pen.font = '500 12.5px Source Sans Pro, sans-serif';
    const wide = ([text]) => Math.min(pen.measureText(text).width + 15, 175) + 4;
    const room = this.column.getActualWidth() - 26;
    let used = 0, shown = 0;
    for (const badge of this.badges) {
      used += wide(badge);
      const further = this.badges.length - shown - 1;
      if (shown && used > room - (further ? 26 : 0)) { break; }
      shown += 1;
    }
    this.gui.replaceChildren(...this.badges.slice(0, shown).map(([text, colour]) => {
      const badge = document.createElement('span');
      badge.className = 'badge badge-' + String(colour).replace(/[^a-z]/g, '');
      badge.textContent = text;
      return badge;
    }));
    if (shown < this.badges.length) {
      const rest = document.createElement('span');
      rest.className = 'rest';
      rest.textContent = '+' + (this.badges.length - shown);
      this.gui.append(rest);
    }
  }
}"""

CHANGE = """class {
  init(params) {
    this.gui = document.createElement('span');
    this.gui.className = 'change';
    this.refresh(params);
  }
  getGui() { return this.gui; }
  refresh(params) {
    const parts = [], said = [];
    JSON.parse(params.value || '[]').forEach(([field, before, after]) => {
      const name = document.createElement('b');
      name.textContent = field;
      const old = document.createElement('s');
      old.textContent = before;
      const now = document.createElement('span');
      now.textContent = after;
      parts.push(name, ...(before ? [old] : []), now);
      said.push(field + ': ' + (before ? before + ' \\u2192 ' : '') + after);
    });
    this.gui.replaceChildren(...parts);
    this.gui.title = said.join('\\n');
    return true;
  }
}"""


_RENDERERS: Mapping[str, str] = {"opens": OPENS, "badges": BADGES, "change": CHANGE}
