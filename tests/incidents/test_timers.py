"""What happens by itself: levels rise when time is up, rounds come due, rules alert."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gisgrid.errors import Conflict, WrongState
from gisgrid.services.export_incidents import Chosen, incidents_csv
from gisgrid.services.incident_timers import tick
from gisgrid.services.map_incidents import brief_texts, list_tray
from gisgrid.services.view_desk import Queue, view_desk
from gisgrid.services.view_incidents import (
    Filter,
    list_incidents,
    preview_public,
    view_incident,
)


def make_overdue(desk, incident, hours=1):
    desk.ask(
        "WITH late AS (UPDATE incident_deadline SET due_at = now() - make_interval(hours => :hours)"
        " WHERE incident_id = :id RETURNING due_at)"
        " UPDATE incident SET due_at = (SELECT min(due_at) FROM late) WHERE id = :id",
        id=incident, hours=hours,
    )  # fmt: skip


def test_at_the_deadline_the_level_rises_by_one_once_and_is_logged(desk, staff):
    incident = desk.report()
    assert tick(desk.engine)["escalated"] == 0
    make_overdue(desk, incident)
    assert tick(desk.engine)["escalated"] == 1
    assert tick(desk.engine)["escalated"] == 0
    seen = view_incident(desk.engine, staff, incident)
    assert (seen["level"], seen["overdue"]) == (2, True)
    last = seen["events"][-1]
    assert (last["transition"], last["who"]) == ("escalate", None)


def test_an_extended_deadline_that_passes_as_well_raises_it_again(desk, staff, go):
    incident = desk.report()
    make_overdue(desk, incident)
    tick(desk.engine)
    go(incident, "accept")
    go(incident, "dispatch", body="城管中队")
    until = datetime.now().astimezone() + timedelta(days=3)
    go(incident, "extend", until=until, note="等待配件")
    seen = view_incident(desk.engine, staff, incident)
    assert (seen["overdue"], seen["extended"]) == (False, 1)
    assert tick(desk.engine)["escalated"] == 0
    make_overdue(desk, incident)
    assert tick(desk.engine)["escalated"] == 1
    assert view_incident(desk.engine, staff, incident)["level"] == 3


def test_levels_go_one_step_at_a_time_and_there_is_no_sixth(desk, staff, go):
    incident = desk.report()
    for level in (2, 3, 4, 5):
        go(incident, "raise", note="上报")
        assert view_incident(desk.engine, staff, incident)["level"] == level
    with pytest.raises(Conflict) as refused:
        go(incident, "raise", note="再上报")
    assert refused.value.key == "no_level"
    make_overdue(desk, incident)
    assert tick(desk.engine)["escalated"] == 0
    go(incident, "lower", note="降级")
    assert view_incident(desk.engine, staff, incident)["level"] == 4
    with pytest.raises(WrongState):
        for _ in range(2):
            go(incident, "reject", note="x")


def test_a_case_handled_after_its_time_stays_late(desk, staff, go):
    for late in (False, True):
        incident = desk.report()
        go(incident, "accept")
        go(incident, "dispatch", body="环卫所")
        go(incident, "start")
        if late:
            make_overdue(desk, incident)
        go(incident, "handle", note="已清运")
        assert view_incident(desk.engine, staff, incident)["late"] is late


def test_stages_are_done_one_by_one_and_the_next_one_presses(desk, staff, go):
    incident = desk.report(category="0101")
    go(incident, "accept")
    go(incident, "dispatch", body="城管中队")
    go(incident, "start")
    before = view_incident(desk.engine, staff, incident)
    assert [s["stage"] for s in before["stages"]] == ["stop_work", "penalty", "demolition"]
    assert before["due_at"] == before["stages"][0]["due_at"]
    go(incident, "finish_stage")
    after = view_incident(desk.engine, staff, incident)
    assert after["due_at"] == after["stages"][1]["due_at"]
    assert after["events"][-1]["facts"] == {"stage": "stop_work"}
    go(incident, "handle", note="已拆除")
    assert all(s["met_at"] for s in view_incident(desk.engine, staff, incident)["stages"])
    go(incident, "send_back", note="还有一角")
    left = view_incident(desk.engine, staff, incident)["stages"]
    assert [bool(s["met_at"]) for s in left] == [True, True, False]


def test_urging_is_counted_and_supervision_is_marked(desk, staff, leader, go):
    incident = desk.report("leader")
    for _ in range(3):
        go(incident, "urge", leader)
    go(incident, "supervise", note="区督查室督办")
    seen = view_incident(desk.engine, staff, incident)
    assert (seen["urged"], seen["supervised"]) == (3, True)


def test_a_round_makes_one_item_for_each_grid_and_turn(desk, staff):
    desk.ask(
        "INSERT INTO round_plan (name, category_code, unit_id, every_days, starts_on)"
        " VALUES ('燃气管井排查', '2112', :unit, 7, current_date - 8)",
        unit=desk.district.unit["district"],
    )
    assert tick(desk.engine)["rounds"] == 4  # two communities, two grids each
    assert tick(desk.engine)["rounds"] == 0
    assert desk.ask("SELECT array_agg(DISTINCT channel) FROM incident") == ["scheduled"]
    assert desk.ask("SELECT count(DISTINCT grid_now) FROM incident") == 4
    days = (
        "SELECT DISTINCT (due_at AT TIME ZONE 'Asia/Shanghai')::date - current_date FROM incident"
    )
    assert desk.ask(days) in (5, 6)  # the end of the second week, whatever the hour in China
    desk.ask("UPDATE round_plan SET starts_on = starts_on - 7")
    assert tick(desk.engine)["rounds"] == 0, "the turns fall on the same days"


def test_three_of_a_kind_in_seven_days_within_200_metres_alert_once(desk, staff, go):
    reports = [desk.report(x=30 + 30 * n, category="0505") for n in range(2)]
    desk.report(x=50, category="0506")
    desk.report(x=390, y=190, category="0505")  # of the kind, but 350 m away
    assert tick(desk.engine)["alerts"] == 0
    reports.append(desk.report(x=40, category="0505"))
    assert tick(desk.engine)["alerts"] == 1
    assert tick(desk.engine)["alerts"] == 0
    alert = desk.ask("SELECT id FROM incident WHERE source = 'alert'")
    seen = view_incident(desk.engine, staff, alert)
    assert (seen["channel"], seen["category_code"], seen["details"]["n"]) == ("platform", "2111", 3)
    assert seen["details"]["ids"] == reports
    assert seen["text"] == "7 天内 200 m 范围内“机动车乱停放”3 件"
    in_english = view_incident(desk.engine, staff, alert, language="en")
    assert in_english["text"].startswith("3 of “"), "the facts are kept, the words are the reader's"
    assert in_english["text"].endswith("” within 200 m in 7 days")
    desk.ask("UPDATE alert_rule SET active = false")
    desk.ask("DELETE FROM incident_deadline WHERE incident_id = :id", id=alert)
    go(alert, "reject", note="已处理")
    assert tick(desk.engine)["alerts"] == 0


def test_what_is_older_than_seven_days_does_not_alert(desk):
    for n in range(3):
        incident = desk.report(x=30 + n, category="0505")
        if n == 0:
            desk.ask(
                "UPDATE incident SET reported_at = now() - interval '8 days' WHERE id = :id",
                id=incident,
            )
    assert tick(desk.engine)["alerts"] == 0


def test_three_overdue_in_one_grid_alert(desk):
    for n in range(3):
        make_overdue(desk, desk.report(x=30 + n, category=f"050{n + 1}"), hours=2)
    assert tick(desk.engine)["alerts"] == 1
    rule = "SELECT details ->> 'rule' FROM incident WHERE source = 'alert'"
    assert desk.ask(rule) == "overdue"


def test_complaints_from_homes_too_far_from_a_market_alert(desk):
    desk.ask(
        "INSERT INTO service_kind (key, name_zh, name_en, minutes, radius_m, tier, source,"
        " verified, sort) VALUES ('market', '菜市场', 'Market', 10, 500, 10, 'test', true, 2)"
    )
    desk.ask("INSERT INTO kind_reach VALUES ('market', 1)")
    near, far = desk.district.building["a0"], desk.district.building["b0"]
    for building, metres in ((near, 300), (far, 900)):
        desk.ask(
            "INSERT INTO reach (building_id, kind, metres, straight_m)"
            " VALUES (:building, 'market', :metres, 200)",
            building=building, metres=metres,
        )  # fmt: skip
    for x in (45, 50, 245, 250):
        desk.report(x=x, y=50, category="2106")
    desk.ask("UPDATE alert_rule SET active = (kind = 'coverage_gap')")
    assert tick(desk.engine)["alerts"] == 1
    alert = "SELECT details ->> 'of' FROM incident WHERE source = 'alert'"
    assert desk.ask(alert) == "110101001002001"
    number = desk.ask("SELECT id FROM incident WHERE source = 'alert'")
    in_english = view_incident(desk.engine, desk.actor("staff"), number, language="en")["text"]
    assert in_english.startswith("Grid 001: 2 of “")
    assert "“”" not in in_english
    desk.ask("UPDATE incident SET details = details - 'category' WHERE id = :id", id=number)
    older = view_incident(desk.engine, desk.actor("staff"), number, language="en")["text"]
    assert older.startswith("001 网格“"), "without the kind among its facts the stored words stay"


def test_an_alert_is_worded_in_the_language_of_whoever_reads_it(desk, staff):
    for n in range(3):
        make_overdue(desk, desk.report(x=30 + n, category=f"050{n + 1}"), hours=2)
    tick(desk.engine)
    alert = desk.ask("SELECT id FROM incident WHERE source = 'alert'")
    queue = Queue(tab="all", channel="platform")
    for language, words in (
        ("zh", "001 网格有 3 件超时未办结"),
        ("en", "Grid 001: 3 past their deadline and not closed"),
    ):
        (row,) = view_desk(desk.engine, staff, queue, language=language)["rows"]
        assert row["text"] == words
        assert brief_texts(desk.engine, staff, [alert], language=language) == {str(alert): words}
        assert preview_public(desk.engine, staff, alert, language=language)["text"] == words
    desk.ask("UPDATE incident SET details = '{}', text = '旧的一句' WHERE id = :id", id=alert)
    old = view_incident(desk.engine, staff, alert, language="en")
    assert old["text"] == "旧的一句", "what was stored in words stays readable"


def test_alerts_on_a_phone_in_the_tray_and_in_files_speak_the_readers_language(desk, staff):
    for n in range(3):
        make_overdue(desk, desk.report(x=30 + n, category=f"050{n + 1}"), hours=2)
    tick(desk.engine)
    desk.ask("UPDATE incident SET geom = NULL, located_reason = 'no_place' WHERE source = 'alert'")
    for language, words in (
        ("zh", "001 网格有 3 件超时未办结"),
        ("en", "Grid 001: 3 past their deadline and not closed"),
    ):
        listed = list_incidents(desk.engine, staff, Filter(), language=language)
        assert [row["text"] for row in listed["unlocated"]] == [words]
        (waiting,) = list_tray(desk.engine, staff, language=language)["unlocated"]
        assert waiting["text"] == words
        assert words in incidents_csv(desk.engine, staff, Chosen(channels=["platform"]), language)
