"""How the grid looks: Streamlit hands its colours to the frame as CSS variables, and the grid is mixed from them."""

from typing import Any

_LINE = "color-mix(in srgb, var(--text-color) 13%, var(--background-color))"


def theme(*, dark: bool) -> dict[str, Any]:
    """Return the parameters of AG Grid's theme."""
    return {
        "accentColor": "var(--primary-color)",
        "backgroundColor": "var(--background-color)",
        "foregroundColor": "var(--text-color)",
        "borderColor": _LINE,
        "browserColorScheme": "dark" if dark else "light",
        "headerBackgroundColor": "var(--secondary-background-color)",
        "headerTextColor": "color-mix(in srgb, var(--text-color) 78%, var(--background-color))",
        "headerFontWeight": 600,
        "headerFontSize": 13,
        "fontFamily": "Source Sans Pro, sans-serif",
        "fontSize": 14,
        "rowBorder": True,
        "wrapperBorder": True,
        "wrapperBorderRadius": 6,
        "columnBorder": False,
        "cellHorizontalPadding": 12,
        "rowHoverColor": "color-mix(in srgb, var(--text-color) 5%, var(--background-color))",
        "selectedRowBackgroundColor": "color-mix(in srgb, var(--primary-color) 11%, var(--background-color))",
    }


# name -> (text on light, text on dark); each is laid on a thin tint of itself and passes 4.5 : 1.
COLOURS = {
    "blue": ("#1d4ed8", "#a5c3ff"),
    "green": ("#166534", "#8fe0a8"),
    "orange": ("#9a3412", "#ffbd8a"),
    "red": ("#b91c1c", "#ffa8a8"),
    "violet": ("#6d28d9", "#cfb5ff"),
    "grey": ("#475569", "#c3ced6"),
    "yellow": ("#854d0e", "#f3d779"),
    "primary": ("#0f5f58", "#7fdcd1"),
}


def css(*, dark: bool) -> dict[str, dict[str, str]]:
    """Return the rules of what the theme cannot say."""
    rules: dict[str, dict[str, str]] = {
        # The frame's height is set by the page, in parts of the window; the grid fills it.
        "#gridContainer": {"height": "100vh !important"},
        "body": {"margin": "0"},
        ".is-opens a": {"color": "inherit", "font-weight": "600", "text-decoration": "none"},
        ".ag-row-hover .is-opens a": {"color": "var(--primary-color)", "text-decoration": "underline"},
        ".head": {"display": "flex", "align-items": "center", "gap": "2px", "overflow": "hidden"},
        ".head > span": {"overflow": "hidden", "text-overflow": "ellipsis"},
        ".head button": {
            "border": "0", "background": "none", "color": "inherit", "font": "inherit", "font-size": "15px",
            "cursor": "pointer", "padding": "0 4px", "border-radius": "4px", "display": "none",
        },
        ".ag-header-cell:is(:hover, :focus) .head button, .head.is-filtered button": {"display": "block"},
        ".head.is-filtered button": {"color": "var(--primary-color)"},
        ".head button:hover": {
            "background": "color-mix(in srgb, var(--text-color) 10%, var(--background-color))",
        },
        ".is-quiet": {"color": "color-mix(in srgb, var(--text-color) 72%, var(--background-color))"},
        ".is-editable:hover:not(.ag-cell-inline-editing)": {
            "box-shadow": "inset 0 0 0 1px color-mix(in srgb, var(--text-color) 22%, var(--background-color))",
        },
        ".ag-row.is-open": {
            "background-color": "color-mix(in srgb, var(--primary-color) 9%, var(--background-color))",
        },
        ".is-wrapped": {
            "line-height": "20px !important", "padding-block": "8px !important", "overflow-wrap": "anywhere",
        },
        ".is-number": {"text-align": "right", "font-variant-numeric": "tabular-nums"},
        ".is-badges, .is-change": {"display": "flex", "align-items": "center", "overflow": "hidden"},
        ".is-badges > *, .is-change > *": {"min-width": "0", "overflow": "hidden"},
        ".badges": {"display": "flex", "gap": "4px", "align-items": "center", "overflow": "hidden"},
        ".badge": {
            "flex": "0 1 auto", "min-width": "2.4em", "max-width": "14em", "overflow": "hidden",
            "text-overflow": "ellipsis",
            "font-size": "12.5px", "font-weight": "500", "line-height": "20px", "padding": "0 7px",
            "border-radius": "5px",
        },
        ".badges .rest": {"flex": "none", "font-size": "12.5px", "opacity": "0.78"},
        ".change": {"display": "flex", "gap": "6px", "align-items": "center", "overflow": "hidden"},
        ".change b": {"font-weight": "600"},
        ".change s": {"opacity": "0.75"},
    }  # fmt: skip
    for colour, (on_light, on_dark) in COLOURS.items():
        ink = on_dark if dark else on_light
        share = "20%" if dark else "11%"
        rules[f".badge-{colour}"] = {
            "color": ink,
            "background": f"color-mix(in srgb, {ink} {share}, var(--background-color))",
        }
    return rules
