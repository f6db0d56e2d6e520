"""Who had a hand in a plan: its editors, and what was decided about it, from the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text, update

from gisgrid.storage.tables.project import project

DECISIONS = ("submit_plan", "approve_plan", "withdraw_plan", "publish_plan", "plan_in_force")


def decisions(conn: Connection, plan_id: int) -> Sequence[Row[Any]]:
    """What was decided about a plan, oldest first: at, who (None: the system), action, facts."""
    found = text(
        "SELECT audit_log.at, account.display_name AS who, audit_log.action, audit_log.facts"
        " FROM audit_log LEFT JOIN account ON account.id = audit_log.account_id"
        " WHERE subject = :subject AND action = ANY(:actions) ORDER BY audit_log.id"
    )
    values = {"subject": f"plan {plan_id}", "actions": list(DECISIONS)}
    return conn.execute(found, values).all()


def editors(conn: Connection, plan_id: int) -> frozenset[int]:
    """Accounts that have edited a plan, an edit that was taken back included."""
    found = text(
        "SELECT DISTINCT account_id FROM plan_edit WHERE plan_id = :plan AND account_id IS NOT NULL"
    )
    return frozenset(conn.execute(found, {"plan": plan_id}).scalars())


def ask_two(conn: Connection, two: bool) -> None:
    """Say whether another person than the author must approve plans."""
    conn.execute(update(project).values(two_person=two))
