"""Reasons of the engine and findings of the rules, as sentences in the reader's language."""

from __future__ import annotations

from typing import Any

from web.language import t

CSV_COLUMNS = (
    "code",
    "name",
    "kind",
    "leader",
    "households",
    "deviation",
    "residents",
    "buildings",
    "area_m2",
)


def worded_preview(preview: dict[str, Any]) -> dict[str, Any]:
    """A preview of a rebalance whose reasons have a `message`."""
    return preview | {"reasons": [_reason(reason) for reason in preview["reasons"]]}


def _reason(reason: dict[str, Any]) -> dict[str, Any]:
    shorts = reason["shorts"]
    values = {
        "grid": shorts[0] if shorts else "",
        "grids": "、".join(shorts[1:] or shorts),
        "cell": reason["cells"][0] if reason["cells"] else "",
        "count": len(reason["cells"]),
    }
    values |= {name: value for name, value in reason["facts"].items() if name != "cell"}
    message = t(f"planning.{reason['kind']}", **values)
    return {"kind": reason["kind"], "message": message} | {
        name: reason[name] for name in ("cells", "grids")
    }


def worded_rules(report: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A report of the rules with `title`, `formula`, `measured` and a `message` a finding."""
    return [_rule(entry) for entry in report]


def _rule(entry: dict[str, Any]) -> dict[str, Any]:
    rule, figures = entry["rule"], entry["figures"]
    return entry | {
        "title": t(f"rules.{rule}.title"),
        "formula": t(f"rules.{rule}.formula"),
        "measured": t(f"rules.{rule}.measured", **figures) if figures else None,
        "findings": [
            finding | {"message": t(f"rules.{rule}.{finding['key']}", **finding["facts"])}
            for finding in entry["findings"]
        ],
    }


def csv_heading() -> dict[str, str]:
    """Titles of the columns of the table of grids."""
    return {column: t(f"plans.column_{column}") for column in CSV_COLUMNS}
