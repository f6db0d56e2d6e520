"""What the product ships and a district may change: categories, deadlines, alerts, labels."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from gisgrid.incidents.deadlines import Rule, Unit
from gisgrid.model.incidents import IncidentState, Kind


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of matter, by its code as text; `parent` is the code of its group or None.

    `radius_m`: an open case of the same kind this near may be the same matter. `self_handle`: so
    simple that whoever finds it may settle it on the spot (随手办).
    """

    code: str
    parent: str | None
    zh: str
    en: str
    radius_m: int
    self_handle: bool


@dataclass(frozen=True, slots=True)
class AlertRule:
    """When the platform itself reports: `n` of a kind within `days` and `metres`."""

    key: str
    kind: str
    category: str | None
    n: int
    days: int
    metres: int


@cache
def categories() -> tuple[Category, ...]:
    """GB/T 30428 categories by code, groups before their members, and local extensions (21…)."""
    return tuple(
        Category(
            code=row["code"],
            parent=row["parent"] or None,
            zh=row["zh"],
            en=row["en"],
            radius_m=int(row["radius_m"]),
            self_handle=row["self_handle"] == "1",
        )
        for row in _rows("categories")
    )


@cache
def deadline_rules() -> dict[str, tuple[Rule, ...]]:
    """Category or group → its stages in order."""
    found: dict[str, tuple[Rule, ...]] = {}
    for row in _rows("deadlines"):
        rule = Rule(row["stage"], int(row["amount"]), Unit(row["unit"]))
        found[row["category"]] = (*found.get(row["category"], ()), rule)
    return found


@cache
def alert_rules() -> tuple[AlertRule, ...]:
    """The alerts that are on when a district begins."""
    return tuple(
        AlertRule(
            key=row["key"],
            kind=row["kind"],
            category=row["category"] or None,
            n=int(row["n"]),
            days=int(row["days"]),
            metres=int(row["metres"]),
        )
        for row in _rows("alert_rules")
    )


@cache
def state_labels(scheme: str = "default") -> dict[tuple[str, str], dict[str, str]]:
    """(kind, state) → {zh, en}: what a district calls a step; every pair has one.

    A scheme only writes what it calls otherwise than the default one.
    """
    rows = [row for row in _rows("labels") if row["scheme"] in ("default", scheme)]
    rows.sort(key=lambda row: (row["scheme"] == scheme != "default", row["kind"] != "any"))
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        kinds = list(Kind) if row["kind"] == "any" else [row["kind"]]
        for kind in kinds:
            found[kind, row["state"]] = {"zh": row["zh"], "en": row["en"]}
    return found


@cache
def schemes() -> tuple[str, ...]:
    """The schemes of labels there are, the default one first."""
    return tuple(dict.fromkeys(row["scheme"] for row in _rows("labels")))


def label(kind: str, state: str, language: str, scheme: str = "default") -> str:
    """What a state is called.

    >>> label("talk", "accepted", "zh"), label("case", "accepted", "en")
    ('议', 'Accepted')
    """
    return state_labels(scheme)[Kind(kind), IncidentState(state)][language]


def _rows(name: str) -> list[dict[str, str]]:
    path = files("gisgrid.incidents") / f"{name}.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
