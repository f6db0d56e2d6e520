"""The way of a case: reported, dispatched, handled, verified, rated; and what cannot happen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from gisgrid.errors import Conflict, Forbidden, InvalidInput, NotFound, WrongState
from gisgrid.incidents import life
from gisgrid.model.incidents import FINISHED, Channel, CloseReason, IncidentState, Kind
from gisgrid.services.evaluate_incidents import evaluate
from gisgrid.services.incident_settings import set_scheme
from gisgrid.services.move_incident import Facts, move_incident, move_many, route_incident
from gisgrid.services.report_incident import Contact, Report, report_incident
from gisgrid.services.view_incidents import preview_public, reveal_contact, view_incident
from gisgrid.storage.engine import SYSTEM, transaction
from tests.incidents.conftest import place


def events(desk, actor, incident):
    return [e["transition"] for e in view_incident(desk.engine, actor, incident)["events"]]


def to_closed(go, incident, reason=CloseReason.FIXED):
    go(incident, "accept")
    go(incident, "dispatch", body="城管中队")
    go(incident, "start")
    go(incident, "handle", note="已清运")
    return go(incident, "verify", reason=reason)


def test_every_state_is_reached_and_left_by_the_table_only():
    reached = {row.target for row in life.transitions() if row.target}
    assert reached == set(IncidentState) - {IncidentState.DRAFT}
    for kind in Kind:
        for state in IncidentState:
            leaves = [s for s in life.steps(kind, state) if s.target]
            assert leaves or state in {*FINISHED, *IncidentState}, (kind, state)


def test_a_report_finds_its_grid_its_leader_and_its_deadline_at_once(desk, staff):
    lon, lat = place(30, 30)
    told = report_incident(desk.engine, staff, Report(lon=lon, lat=lat, category="0102"))
    assert told["grid_code"] == "110101001001001"
    assert told["assignee"] == desk.district.account["leader"]
    assert (told["channel"], told["state"], told["near"]) == ("resident", "reported", [])
    assert told["due_at"] is not None


def test_near_a_border_both_grids_are_told(desk, leader, go):
    incident = desk.report(x=105, y=50)  # five metres inside grid 2; the leader leads grid 1
    seen = view_incident(desk.engine, leader, incident)
    assert seen["grid_code_now"] == "110101001001002"
    assert seen["near"] == ["110101001001001"]
    assert seen["located_reason"] == "near_border"
    with pytest.raises(Forbidden):  # told of it, but it is not hers
        go(incident, "self_handle", leader, note="顺手")
    far = desk.report(x=150, y=50)
    with pytest.raises(NotFound):
        view_incident(desk.engine, leader, far)


@pytest.mark.parametrize(
    ("report", "reason"),
    [(Report(text="没有地点"), "no_place"), (Report(lon=0.0, lat=0.0), "outside")],
)
def test_a_report_without_a_place_waits_and_is_not_lost(desk, staff, report, reason):
    told = report_incident(desk.engine, staff, report)
    assert (told["located_reason"], told["grid_code"]) == (reason, None)
    assert view_incident(desk.engine, staff, told["id"])["state"] == "reported"


def test_a_phone_that_sends_five_times_makes_one_case(desk, leader):
    report = Report(lon=place(30, 30)[0], lat=place(30, 30)[1], category="0102")
    answers = [report_incident(desk.engine, leader, report, "key-1") for _ in range(5)]
    assert len({a["id"] for a in answers}) == 1
    assert [a["created"] for a in answers] == [True, False, False, False, False]
    assert answers[0]["channel"] == "patrol"
    other = report_incident(desk.engine, desk.actor("staff"), report, "key-1")
    assert other["id"] != answers[0]["id"], "a key belongs to the account that made it"


def test_the_whole_way_of_a_case_is_logged_with_who_when_from_and_to(desk, staff, go):
    incident = desk.report()
    to_closed(go, incident)
    go(incident, "rate", satisfied=True)
    seen = view_incident(desk.engine, staff, incident)
    path = [(e["transition"], e["from_state"], e["to_state"]) for e in seen["events"]]
    assert path == [
        ("report", None, "reported"),
        ("accept", "reported", "accepted"),
        ("dispatch", "accepted", "dispatched"),
        ("start", "dispatched", "in_progress"),
        ("handle", "in_progress", "handled"),
        ("verify", "handled", "closed"),
        ("rate", "closed", "rated"),
    ]
    assert all(e["at"] and e["who"] for e in seen["events"])
    moments = ("reported_at", "dispatched_at", "handled_at", "closed_at", "rated_at")
    assert sorted(seen[name] for name in moments) == [seen[name] for name in moments]
    assert seen["satisfied"] is True


@pytest.mark.slow
def test_175_cases_are_closed_and_none_without_verification(desk, staff, go):
    with_all = (
        "SELECT count(*) FROM incident WHERE state IN ('closed', 'rated') AND id IN ("
        " SELECT incident_id FROM incident_event GROUP BY incident_id HAVING array_agg(transition)"
        " @> ARRAY['report', 'dispatch', 'handle', 'verify'])"
    )
    for _ in range(175):
        to_closed(go, desk.report())
    assert desk.ask(with_all) == 175
    verified = "transition = 'verify' AND incident_id = incident.id"
    assert (
        desk.ask(
            "SELECT count(*) FROM incident WHERE state = 'closed'"
            f" AND NOT EXISTS (SELECT FROM incident_event WHERE {verified})"
        )
        == 0
    )


@pytest.mark.parametrize("step", ["handle", "verify", "rate", "claim", "reopen", "send_back"])
def test_a_step_that_is_not_in_the_table_is_a_conflict_and_changes_nothing(desk, go, step):
    incident = desk.report()
    with pytest.raises(WrongState) as refused:
        go(incident, step, note="x", reason=CloseReason.FIXED, satisfied=True)
    assert refused.value.key == "no_step"
    assert desk.ask("SELECT count(*) FROM incident_event") == 1


def test_a_step_nobody_knows_and_a_step_without_its_facts_are_refused(desk, go):
    incident = desk.report()
    with pytest.raises(InvalidInput) as unknown:
        go(incident, "teleport")
    assert unknown.value.key == "unknown_step"
    with pytest.raises(InvalidInput) as bare:
        go(incident, "reject", note="  ")
    assert bare.value.facts["needed"] == ["note"]


def test_a_planner_reads_and_comments_but_does_not_decide(desk, go):
    incident = desk.report()
    with pytest.raises(Forbidden):
        go(incident, "accept", desk.actor("planner"))
    go(incident, "comment", desk.actor("planner"), note="已看到")


def test_the_leader_settles_a_simple_matter_in_one_step_and_it_is_still_verified(desk, leader, go):
    incident = desk.report("leader")
    assert go(incident, "self_handle", leader, note="当场清走")["state"] == "handled"
    with pytest.raises(Forbidden):
        go(incident, "verify", leader, reason=CloseReason.FIXED)
    assert go(incident, "verify", reason=CloseReason.FIXED)["state"] == "closed"


def test_a_matter_that_is_not_simple_goes_through_the_desk(desk, leader, go):
    incident = desk.report("leader", category="0101")
    with pytest.raises(Conflict) as refused:
        go(incident, "self_handle", leader, note="拆了")
    assert refused.value.key == "not_simple"


def test_closed_is_not_fixed_the_reasons_stand_apart(desk, go):
    for reason in CloseReason:
        to_closed(go, desk.report(), reason)
    counted = "SELECT count(DISTINCT close_reason) FROM incident WHERE state = 'closed'"
    assert desk.ask(counted) == len(CloseReason)
    rejected = desk.report()
    go(rejected, "reject", note="不属本区")
    assert desk.ask("SELECT close_reason FROM incident WHERE id = :id", id=rejected) == "rejected"
    assert desk.ask("SELECT closed_at IS NOT NULL FROM incident WHERE id = :id", id=rejected)


def test_a_duplicate_is_linked_both_ways_and_its_followers_move(desk, staff, go):
    original, second, third = (desk.report() for _ in range(3))
    go(third, "duplicate", original=second)
    go(second, "duplicate", original=original)
    assert view_incident(desk.engine, staff, second)["duplicate_of"] == original
    assert view_incident(desk.engine, staff, third)["duplicate_of"] == original
    assert view_incident(desk.engine, staff, original)["followers"] == [second, third]
    for bad in (original, second, 999_999):
        with pytest.raises(InvalidInput):
            go(original, "duplicate", original=bad)


def test_a_reopened_case_is_open_again_with_a_new_deadline(desk, staff, go):
    incident = desk.report()
    to_closed(go, incident)
    go(incident, "reopen", note="垃圾又来了")
    seen = view_incident(desk.engine, staff, incident)
    assert (seen["state"], seen["closed_at"], seen["close_reason"]) == ("reopened", None, None)
    assert all(stage["met_at"] is None for stage in seen["stages"])
    go(incident, "dispatch", body="环卫所")
    assert events(desk, staff, incident)[-2:] == ["reopen", "dispatch"]


def test_what_was_returned_goes_out_again(desk, leader, go):
    incident = desk.report()
    go(incident, "accept")
    go(incident, "dispatch", body="住建局")
    go(incident, "return", leader, note="不归我们管")
    assert desk.ask("SELECT body FROM incident WHERE id = :id", id=incident) is None
    assert go(incident, "dispatch", body="城管中队")["state"] == "dispatched"


def test_one_body_is_sent_none_or_several_are_named_a_major_matter_gets_a_task_force(desk, go):
    desk.answer_for("0102", "环卫所")
    desk.answer_for("0404", "水务", "市政")
    routes = {}
    for category in ("0102", "0404", "0110"):
        incident = desk.report(category=category)
        routes[category] = route_incident(desk.engine, desk.actor("staff"), incident)["route"]
        go(incident, "accept")
        if category == "0102":
            go(incident, "dispatch")
            continue
        with pytest.raises(Conflict) as refused:
            go(incident, "dispatch")
        assert refused.value.key == "claimant_needed"
        with pytest.raises(InvalidInput):
            go(incident, "appoint")
        go(incident, "appoint", body="市政")
        go(incident, "claim")
    assert routes == {"0102": "dispatch", "0404": "claim", "0110": "claim"}
    major = desk.report(category="0401", major=True)
    go(major, "accept")
    with pytest.raises(InvalidInput):
        go(major, "task_force")
    go(major, "task_force", task_force="塌陷处置专班", body="区住建局")
    counted = {
        route: desk.ask("SELECT count(*) FROM incident WHERE route = :route", route=route)
        for route in ("dispatch", "claim", "task_force")
    }
    assert counted == {"dispatch": 1, "claim": 2, "task_force": 1}


def test_the_body_of_the_own_community_comes_before_that_of_the_district(desk, staff):
    desk.answer_for("01", "区城管")
    desk.answer_for("01", "社区物业", unit="a")
    near, far = desk.report(x=30), desk.report(x=250)
    assert route_incident(desk.engine, staff, near)["bodies"] == ["社区物业"]
    assert route_incident(desk.engine, staff, far)["bodies"] == ["区城管"]


def test_a_changed_category_sends_the_case_to_its_own_body_and_is_logged(desk, staff, go):
    desk.answer_for("0102", "环卫所")
    desk.answer_for("0505", "交警")
    incident = desk.report()
    go(incident, "accept")
    go(incident, "dispatch")
    before = view_incident(desk.engine, staff, incident)["due_at"]
    assert go(incident, "recategorise", category="0505")["then"] == ["redispatch"]
    seen = view_incident(desk.engine, staff, incident)
    assert (seen["body"], seen["state"]) == ("交警", "dispatched")
    assert seen["due_at"] != before
    go(incident, "recategorise", category="0504")  # nobody answers for it: back to the desk
    assert view_incident(desk.engine, staff, incident)["state"] == "accepted"
    assert events(desk, staff, incident)[-2:] == ["recategorise", "recall"]
    with pytest.raises(InvalidInput):
        go(incident, "recategorise", category="9999")


def test_only_who_is_named_may_be_assigned_and_assignment_can_be_taken_back(desk, staff, go):
    incident = desk.report()
    stranger = desk.district.account["planner"]
    with pytest.raises(InvalidInput) as refused:
        go(incident, "assign", assignee=stranger)
    assert refused.value.key == "not_assignable"
    desk.ask("INSERT INTO case_worker VALUES (:account, '城管中队')", account=stranger)
    go(incident, "assign", assignee=stranger)
    assert view_incident(desk.engine, staff, incident)["assignee"] == stranger
    go(incident, "unassign")
    assert view_incident(desk.engine, staff, incident)["assignee"] is None


def test_many_are_moved_at_once_and_who_refuses_is_named(desk, staff, go):
    good = [desk.report() for _ in range(3)]
    go(good[2], "accept")
    told = move_many(desk.engine, staff, [*good, 999_999], "accept", Facts())
    assert told["done"] == good[:2]
    assert [(r["id"], r["code"]) for r in told["refused"]] == [
        (good[2], "no_step"),
        (999_999, "not_found"),
    ]


def test_the_first_reply_is_noted_and_ones_own_words_are_none(desk, staff, leader, go):
    incident = desk.report("leader")
    go(incident, "comment", leader, note="补充照片")
    assert view_incident(desk.engine, staff, incident)["first_reply_at"] is None
    go(incident, "comment", note="社保处周三回复")
    assert view_incident(desk.engine, staff, incident)["first_reply_at"] is not None


def test_private_words_and_contacts_are_for_the_desk_alone(desk, staff, leader, go):
    lon, lat = place(30, 30)
    contact = Contact(name="赵女士", phone="13812345678", email="zhao@example.com")
    report = Report(lon=lon, lat=lat, category="0102", text="电话 13812345678", contact=contact)
    incident = report_incident(desk.engine, staff, report)["id"]
    go(incident, "comment", note="已核实身份 11010119900307123X", private=True)
    seen = view_incident(desk.engine, leader, incident)
    assert seen["contact"] is None
    assert [e["transition"] for e in seen["events"]] == ["report"]
    at_desk = view_incident(desk.engine, staff, incident)
    assert at_desk["contact"] == {
        "name": "赵**", "phone": "138****5678", "email": "z***@example.com",
    }  # fmt: skip
    with transaction(desk.engine, leader) as conn:
        for table in ("incident_contact", "case_worker", "ranking", "round_plan"):
            assert conn.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0
    with pytest.raises(Forbidden):
        reveal_contact(desk.engine, leader, incident)
    assert reveal_contact(desk.engine, staff, incident)["phone"] == "13812345678"
    asked = "SELECT count(*) FROM audit_log WHERE action = 'reveal_contact'"
    assert desk.ask(asked) == 1
    public = preview_public(desk.engine, staff, incident)
    assert public["text"] == "电话 138****5678"
    assert "赵" not in str(public)
    assert "11010119900307123X" not in str(public)
    go(incident, "hide", note="涉及隐私")
    assert preview_public(desk.engine, staff, incident)["hidden"] is True
    assert events(desk, staff, incident)[-1] == "hide"


def test_the_same_step_sent_twice_is_taken_once(desk, staff):
    incident = desk.report()
    answers = [
        move_incident(desk.engine, staff, incident, "urge", Facts(), key="k") for _ in range(3)
    ]
    assert answers[0] == answers[1] == answers[2]
    assert view_incident(desk.engine, staff, incident)["urged"] == 1


def test_the_districts_own_names_for_the_steps_are_labels_and_nothing_else(desk, staff, go):
    incident = desk.report()
    set_scheme(desk.engine, staff, "city_management")
    assert view_incident(desk.engine, staff, incident)["label"]["zh"] == "信息采集"
    assert go(incident, "accept")["state"] == "accepted"
    assert view_incident(desk.engine, staff, incident)["label"]["zh"] == "案卷建立"
    with pytest.raises(InvalidInput):
        set_scheme(desk.engine, staff, "none")


def test_a_leader_reads_a_wish_without_learning_whose_it_is(desk, leader):
    wish = desk.report(
        kind=Kind.WISH, category="2110", text="找 13812345678", address="3 号楼 8 室"
    )
    seen = view_incident(desk.engine, leader, wish)
    assert seen["text"] == "找 138****5678"
    assert (seen["address"], seen["lon"], seen["contact"], seen["reporter"]) == (None,) * 4


def test_all_four_channels_enter_the_same_life(desk, staff, go):
    for channel in Channel:
        to_closed(go, desk.report(channel=channel))
    told = evaluate(desk.engine, staff, by="channel")
    assert {p["part"]: p["closed"] for p in told["parts"]} == dict.fromkeys(Channel, 1)


def test_the_channel_goes_with_who_reports(desk, leader, staff):
    by = {who: report_incident(desk.engine, who, Report()) for who in (leader, staff, SYSTEM)}
    told = {getattr(who, "display_name", "system")[:6]: r["channel"] for who, r in by.items()}
    assert told == {"leader": "patrol", "staff ": "resident", "system": "platform"}


def test_the_day_of_a_report_is_that_of_the_district_not_of_the_server(desk, staff):
    old = desk.district.plan["a"]
    desk.ask(
        "UPDATE plan SET state = 'superseded', effective_to = '2025-08-02' WHERE id = :old", old=old
    )
    plan = desk.ask(
        "INSERT INTO plan (unit_id, cell_set_id, name, state, band_low, band_high, target,"
        " effective_from) SELECT unit_id, cell_set_id, 'new', 'effective', 300, 500, 400,"
        " '2025-08-02' FROM plan WHERE id = :old RETURNING id",
        old=old,
    )
    grid = desk.ask(
        "INSERT INTO plan_grid (plan_id, position, code) VALUES (:plan, 0, '110101001001009')"
        " RETURNING id",
        plan=plan,
    )
    desk.ask(
        "INSERT INTO plan_cell SELECT :plan, cell_id, :grid FROM plan_cell WHERE plan_id = :old",
        plan=plan, grid=grid, old=old,
    )  # fmt: skip
    before_midnight = datetime(2025, 8, 1, 15, 30, tzinfo=UTC)  # 23:30 in China
    after_midnight = datetime(2025, 8, 1, 16, 30, tzinfo=UTC)  # 00:30 on the second
    codes = [
        view_incident(desk.engine, staff, desk.report(reported_at=at))["grid_code_at_report"]
        for at in (before_midnight, after_midnight)
    ]
    assert codes == ["110101001001001", "110101001001009"]


def test_a_report_written_later_than_now_is_of_now(desk, staff):
    later = datetime.now(UTC) + timedelta(days=2)
    seen = view_incident(desk.engine, staff, desk.report(reported_at=later))
    assert datetime.fromisoformat(seen["reported_at"]) < later - timedelta(days=1)
