"""What platform alerts say, in the reader's language: a rule and its facts are kept, not the words.

The text stored beside the facts is what searches, Open311 and older files read; alerts without
facts of a known rule show that text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gisgrid.language import translate
from gisgrid.storage import incident_timers, incidents
from gisgrid.storage.engine import Connection

CLUSTER = "cluster"
GAP = "coverage_gap"
RULES = (CLUSTER, "overdue", GAP)


def alert_sentence(
    details: Mapping[str, Any], names: Mapping[str, str], language: str
) -> str | None:
    """The sentence of an alert; None when its facts are not those of a known rule.

    `names` are the categories in `language`, by code.

    >>> facts = {"rule": "overdue", "of": "110101001001002", "n": 3}
    >>> alert_sentence(facts, {}, "en")
    'Grid 002: 3 past their deadline and not closed'
    """
    rule = details.get("rule")
    if rule not in RULES or not {"of", "n"} <= details.keys():
        return None
    if rule == GAP and not details.get("category"):
        return None  # stored before the kind of complaint was: its text says it
    of = str(details["of"])
    code = of if rule == CLUSTER else details.get("category") or ""
    facts = {name: details.get(name, "") for name in ("n", "days", "metres")}
    return translate(
        language, f"cases.alert_says_{rule}", kind=names.get(code, code), grid=of[-3:], **facts
    )


def alert_sentences(conn: Connection, ids: Iterable[int], language: str) -> dict[int, str]:
    """What the alerts among `ids` say, by id; nothing of incidents that are no alerts."""
    told = incident_timers.alert_facts(conn, list(ids))
    if not told:
        return {}
    names = {
        row.code: row.name_en if language == "en" else row.name_zh
        for row in incidents.categories(conn)
    }
    found = ((row.id, alert_sentence(row.details, names, language)) for row in told)
    return {number: sentence for number, sentence in found if sentence}


def worded(
    conn: Connection, rows: Iterable[Mapping[str, Any]], language: str
) -> list[dict[str, Any]]:
    """Rows with `id` and `text`, the text of alerts in `language`; other rows as they are."""
    copies = [dict(row) for row in rows]
    told = alert_sentences(conn, [row["id"] for row in copies], language)
    return [row | {"text": told.get(row["id"], row["text"])} for row in copies]
