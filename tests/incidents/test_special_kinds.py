"""Petitions, wishes and talk items live on the same machine as every case."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from gisgrid.errors import Conflict, InvalidInput, WrongState
from gisgrid.model.incidents import CloseReason, Kind
from gisgrid.model.people import Actor, Role
from gisgrid.services.move_incident import Facts, move_incident
from gisgrid.services.view_incidents import view_incident
from gisgrid.services.wishes import list_wishes
from gisgrid.storage.engine import SYSTEM, open_engine, transaction


def later(days=5):
    return datetime.now().astimezone() + timedelta(days=days)


def test_a_petition_with_nine_names_is_a_draft_and_the_tenth_submits_it(desk, staff, go):
    petition = desk.report(kind=Kind.PETITION, draft=True, category="2102")
    for n in range(9):
        go(petition, "sign", signer=f"3 号楼 {n} 室")
    assert view_incident(desk.engine, staff, petition)["state"] == "draft"
    with pytest.raises(Conflict) as few:
        go(petition, "submit")
    assert (few.value.key, few.value.facts["signed"]) == ("too_few_signatures", 9)
    with pytest.raises(Conflict) as twice:
        go(petition, "sign", signer=" 3 号楼 8 室 ")
    assert twice.value.key == "already_signed"
    told = go(petition, "sign", signer="3 号楼 9 室")
    assert (told["state"], told["then"]) == ("reported", ["submit"])
    seen = view_incident(desk.engine, staff, petition)
    assert (seen["signatures"], seen["label"]["zh"]) == (10, "已联名提交")
    assert seen["due_at"] is not None
    with pytest.raises(WrongState):
        go(petition, "sign", signer="迟到的人")


def test_who_signed_is_kept_nowhere(desk, go):
    petition = desk.report(kind=Kind.PETITION, draft=True)
    go(petition, "sign", signer="赵女士 13812345678")
    kept = desk.ask(
        "SELECT string_agg(incident_event::text, '') || (SELECT string_agg(s::text, '')"
        " FROM incident_signature s) FROM incident_event"
    )
    assert "赵" not in kept
    assert "13812345678" not in kept


def test_a_petition_is_heard_on_a_day_that_is_set(desk, staff, go):
    petition = desk.report(kind=Kind.PETITION, draft=True, category="2102")
    for n in range(10):
        go(petition, "sign", signer=str(n))
    go(petition, "accept")
    with pytest.raises(InvalidInput):
        go(petition, "schedule")
    go(petition, "schedule", hearing=later())
    assert "hearing" in view_incident(desk.engine, staff, petition)["details"]


def claimants(desk, n):
    statement = text(
        "INSERT INTO account (login, display_name, password_hash, role)"
        " SELECT 'c' || n, 'c' || n, '-', 'leader' FROM generate_series(1, :n) AS n RETURNING id"
    )
    with transaction(desk.engine, SYSTEM) as conn:
        ids = conn.execute(statement, {"n": n}).scalars().all()
    return [Actor(account_id=i, role=Role.LEADER) for i in ids]


def test_of_100_who_claim_a_wish_at_once_one_wins_and_99_are_told(desk, staff, go):
    wish = desk.report(kind=Kind.WISH, category="2110", text="想要一副老花镜")
    go(wish, "accept")
    go(wish, "offer")
    engine = open_engine(desk.engine.url.render_as_string(hide_password=False), pool_size=10)

    def claim(actor):
        try:
            move_incident(engine, actor, wish, "claim", Facts())
        except WrongState as error:
            return error.key
        return actor.account_id

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(claim, claimants(desk, 100)))
    engine.dispose()
    winners = [a for a in answers if isinstance(a, int)]
    assert len(winners) == 1
    assert Counter(a for a in answers if isinstance(a, str)) == {"already_claimed": 99}
    assert view_incident(desk.engine, staff, wish)["assignee"] == winners[0]


def test_a_wish_is_offered_without_saying_whose_it_is(desk, go):
    wish = desk.report(kind=Kind.WISH, category="2110", text="想要一副老花镜，电话 13812345678")
    assert list_wishes(desk.engine, desk.actor("leader_of_nothing")) == []
    go(wish, "accept")
    go(wish, "offer")
    (offered,) = list_wishes(desk.engine, desk.actor("leader_of_nothing"))
    assert offered["text"] == "想要一副老花镜，电话 138****5678"
    assert set(offered) == {"id", "text", "community_name", "due_at", "mine", "state"}


@pytest.mark.parametrize("claimed", [False, True])
def test_a_wish_of_another_category_stays_with_whoever_has_it(desk, staff, go, claimed):
    wish = desk.report(kind=Kind.WISH, category="2110", text="想要一副老花镜")
    for step in ("accept", "offer", *(["claim"] if claimed else [])):
        go(wish, step)
    assert go(wish, "recategorise", category="0505")["then"] == []
    seen = view_incident(desk.engine, staff, wish)
    assert (seen["state"], seen["category_code"]) == (
        "claimed" if claimed else "dispatched",
        "0505",
    )


def test_a_talk_item_goes_through_five_steps_and_none_is_skipped(desk, staff, go):
    talk = desk.report(kind=Kind.TALK, category="2102", text="小区停车")
    labels = [view_incident(desk.engine, staff, talk)["label"]["zh"]]
    skips = ("decide", "start", "handle", "verify", "rate", "accept", "dispatch", "self_handle")
    for step in skips:
        with pytest.raises(WrongState):
            go(talk, step, note="x", goal="g", until=later(), acceptance="a", satisfied=True)
    go(talk, "discuss", note="周三说事日议过")
    labels.append(view_incident(desk.engine, staff, talk)["label"]["zh"])
    for missing in ("goal", "until", "acceptance"):
        told = {"goal": "新增 30 个车位", "until": later(), "acceptance": "业委会验收"}
        with pytest.raises(InvalidInput) as refused:
            go(talk, "decide", **{n: v for n, v in told.items() if n != missing})
        assert refused.value.facts["needed"] == [missing]
    until = later()
    go(talk, "decide", goal="新增 30 个车位", until=until, acceptance="业委会验收")
    labels.append(view_incident(desk.engine, staff, talk)["label"]["zh"])
    go(talk, "start")
    labels.append(view_incident(desk.engine, staff, talk)["label"]["zh"])
    go(talk, "handle", note="已画线")
    go(talk, "verify", reason=CloseReason.FIXED)
    labels.append(view_incident(desk.engine, staff, talk)["label"]["zh"])
    assert labels == ["问", "议", "定", "办", "评"]
    assert go(talk, "rate", satisfied=True)["state"] == "rated"
    seen = view_incident(desk.engine, staff, talk)
    assert seen["details"]["goal"] == "新增 30 个车位"
    assert datetime.fromisoformat(seen["due_at"]) == until


def test_the_card_of_a_talk_item_shows_the_202_households_of_its_compound(desk, staff):
    compound = desk.ask(
        "INSERT INTO compound (source, source_id, name, geom)"
        " SELECT 'test', 'gf', '冠发小区', ST_Multi(ST_Envelope(geom)) FROM cell LIMIT 1"
        " RETURNING id"
    )
    desk.ask("UPDATE building SET compound_id = :c, households_given = 101"
             " WHERE source_id IN ('a0', 'a1')", c=compound)  # fmt: skip
    talk = desk.report(kind=Kind.TALK, compound=compound)
    seen = view_incident(desk.engine, staff, talk)
    assert (seen["compound_name"], seen["compound_households"]) == ("冠发小区", 202)
