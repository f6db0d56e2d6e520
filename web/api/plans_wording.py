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
        "grids": listed(shorts[1:] or shorts),
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
            finding | {"message": _sentence(f"rules.{rule}.{finding['key']}", finding["facts"])}
            for finding in entry["findings"]
        ],
    }


def _sentence(key: str, facts: dict[str, Any]) -> str:
    plain = {name: listed(v) if isinstance(v, list) else v for name, v in facts.items()}
    return t(key, **plain)


def listed(words: list[str]) -> str:
    """Words in a row, as the reader's language writes them."""
    return t("plans.separator").join(words)


def csv_words() -> dict[str, str]:
    """Names of the kinds of grids."""
    return {kind: t(f"plans.kind_{kind}") for kind in ("base", "dedicated")}


def csv_heading() -> dict[str, str]:
    """Titles of the columns of the table of grids."""
    return {column: t(f"plans.column_{column}") for column in CSV_COLUMNS}
