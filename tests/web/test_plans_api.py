"""Plans over HTTP: the fields, the statuses, the words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from gisgrid.services.run_jobs import run_next
from gisgrid.services.work import tick
from gisgrid.storage.engine import SYSTEM, transaction


@pytest.fixture
def planner(browse):
    return browse("planner")


@pytest.fixture
def draft(planner, district) -> int:
    """A copy of community a's plan in force."""
    body = {"unit": district.unit["a"], "start": "effective"}
    return planner.post("/api/plans", json=body).json["id"]


def a_move(district, cell: str = "a1", source: int = 1, target: int = 0) -> list[int]:
    return [district.cell[cell], source, target]


def edit(browser, plan: int, *moves, version: int = 1, kind: str = "brush", **options):
    body = {"base_version": version, "kind": kind, "moves": list(moves)}
    return browser.post(f"/api/plans/{plan}/edits", json=body, **options)


def test_a_plan_is_read_in_columns(planner, draft, district):
    seen = planner.get(f"/api/plans/{draft}").json
    assert seen["plan"]["editable"]
    assert seen["plan"]["unit"]["id"] == district.unit["a"]
    assert seen["band"] == {"low": 300, "high": 500, "target": 400}
    assert seen["cells"]["households"] == [100, 200, 300, 400]
    assert seen["cells"]["grid"] == [0, 1, 0, 1]
    assert {len(column) for column in seen["cells"].values()} == {4}
    assert {len(column) for column in seen["neighbours"].values()} == {4}
    assert seen["edits"] == {"count": 0, "undo": None, "redo": None}
    west, south, east, north = seen["bounds"]
    assert all(west < x < east for x in seen["cells"]["x"])
    assert all(south < y < north for y in seen["cells"]["y"])


def test_an_edit_its_undo_and_its_redo(planner, draft, district):
    done = edit(planner, draft, a_move(district)).json
    assert [g["households"] for g in done["grids"]] == [600, 400]
    undone = planner.post(f"/api/plans/{draft}/undo", json={"base_version": 2}).json
    assert undone["moves"] == [a_move(district, source=0, target=1)]
    assert undone["redo"] == {"seq": 3, "kind": "brush", "n": 1}
    redone = planner.post(f"/api/plans/{draft}/redo", json={"base_version": 3}).json
    assert redone["moves"] == [a_move(district)]
    history = planner.get(f"/api/plans/{draft}/edits?limit=2").json
    assert [line["kind"] for line in history] == ["redo", "undo"]


def test_a_stale_edit_gets_409_with_what_changed(planner, draft, district):
    edit(planner, draft, a_move(district))
    answer = edit(planner, draft, a_move(district, "a3"))
    assert answer.status_code == 409
    error = answer.json["error"]
    assert error["code"] == "stale_version"
    assert error["facts"]["version"] == 2
    assert error["facts"]["moves_since"] == [a_move(district)]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"base_version": 1, "kind": "brush"},
        {"base_version": 1, "kind": "brush", "moves": []},
        {"base_version": 1, "kind": "brush", "moves": [[1, 2]]},
        {"base_version": 1, "kind": "brush", "moves": [[1, 0, "1"]]},
        {"base_version": 1, "kind": "brush", "moves": [[1, 0, 1.5]]},
        {"base_version": 1, "kind": "brush", "moves": [[1, 0, True]]},
        {"base_version": 1, "kind": "brush", "moves": [[-1, 0, 1]]},
        {"base_version": 1, "kind": "brush", "moves": [[2**40, 0, 1]]},
        {"base_version": 1, "kind": "undo", "moves": [[1, 0, 1]]},
        {"base_version": "1", "kind": "brush", "moves": [[1, 0, 1]]},
        {"base_version": 1, "kind": "brush", "moves": [[1, 0, 1]], "admin": True},
    ],
)
def test_an_edit_with_wrong_fields_gets_422(planner, draft, body):
    assert planner.post(f"/api/plans/{draft}/edits", json=body).status_code == 422


def test_the_same_key_edits_once_and_another_body_is_refused(planner, draft, district):
    headers = {"Idempotency-Key": "dab-1"}
    first = edit(planner, draft, a_move(district), headers=headers)
    second = edit(planner, draft, a_move(district), headers=headers)
    assert first.json == second.json
    assert planner.get(f"/api/plans/{draft}").json["plan"]["version"] == 2
    other = edit(planner, draft, a_move(district, "a3"), version=2, headers=headers)
    assert (other.status_code, other.json["error"]["code"]) == (422, "key_reused")


def test_a_key_belongs_to_the_account_that_used_it(planner, browse, draft, district):
    headers = {"Idempotency-Key": "dab-1"}
    edit(planner, draft, a_move(district), headers=headers)
    back = a_move(district, source=0, target=1)
    answer = edit(browse("admin"), draft, back, version=2, headers=headers)
    assert answer.json["version"] == 3


def test_one_key_in_many_threads_is_one_edit(planner, draft, district):
    def send(_):
        return edit(planner, draft, a_move(district), headers=headers | {"X-CSRFToken": token})

    headers, token = {"Idempotency-Key": "dab-1"}, planner.token()
    with ThreadPoolExecutor(4) as pool:
        answers = [answer.json for answer in pool.map(send, range(4))]
    assert [answer["version"] for answer in answers] == [2] * 4
    assert planner.get(f"/api/plans/{draft}").json["edits"]["count"] == 1


def test_a_locked_grid_gets_409_and_a_sentence(planner, draft, district):
    lock = {"base_version": 1, "locked": True}
    locked = planner.post(f"/api/plans/{draft}/grids/0", json=lock).json
    assert locked["grid"]["locked"]
    answer = edit(planner, draft, a_move(district), version=2)
    assert answer.status_code == 409
    assert answer.json["error"]["message"] == "001 格已锁定，楼栋不进不出"


def test_a_balance_is_a_proposal_with_sentences(planner, draft, district):
    body = {"prefer": 0.5, "band": {"low": 350, "high": 450}, "target": 400}
    begun = planner.post(f"/api/plans/{draft}/balance", json=body)
    assert begun.status_code == 202
    address = f"/api/plans/{draft}/balance/{begun.json['job']}"
    assert planner.get(address).status_code == 404
    run_next(district.engine)
    preview = planner.get(address).json
    assert sum(preview["households_after"]) == 1000
    assert preview["reasons"]
    assert all(reason["message"] and "{" not in reason["message"] for reason in preview["reasons"])
    assert planner.get(f"/api/plans/{draft}").json["plan"]["version"] == 1


def test_only_some_grids_may_be_balanced(planner, draft):
    answer = planner.post(f"/api/plans/{draft}/balance", json={"only": [7]})
    assert answer.status_code == 422


def test_suggestions_are_none_where_no_single_move_helps(planner, draft):
    assert planner.get(f"/api/plans/{draft}/suggestions").json == []


@pytest.mark.parametrize(("language", "title"), [("zh", "规模适当"), ("en", "Size in the band")])
def test_rules_speak_the_readers_language(planner, draft, language, title):
    planner.client.set_cookie("gisgrid_language", language)
    rules = {entry["rule"]: entry for entry in planner.get(f"/api/plans/{draft}/rules").json}
    assert len(rules) == 13
    assert rules["V07"]["title"] == title
    assert "002" in rules["V07"]["findings"][0]["message"]
    spoken = [entry[field] for entry in rules.values() for field in ("title", "formula")]
    spoken += [f["message"] for entry in rules.values() for f in entry["findings"]]
    spoken += [entry["measured"] or "" for entry in rules.values()]
    assert not [text for text in spoken if "{" in text or text.startswith("rules.")]


def test_publishing_with_a_broken_rule_gets_409_and_with_a_reason_200(planner, draft):
    body = {"base_version": 1, "effective_from": "2026-01-01"}
    refused = planner.post(f"/api/plans/{draft}/publish", json=body)
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "rules_broken")
    assert refused.json["error"]["facts"]["rules"] == ["V07"]
    reasons = {"exceptions": {"1": "one long compound"}}
    answer = planner.post(f"/api/plans/{draft}/publish", json=body | reasons)
    assert answer.json["state"] == "effective"


def test_two_who_publish_at_once_publish_once(planner, browse, draft, district):
    body = {
        "base_version": 1,
        "effective_from": "2026-01-01",
        "exceptions": {"1": "one long compound"},
    }
    admin = browse("admin")
    tokens = {planner: planner.token(), admin: admin.token()}

    def send(browser):
        headers = {"X-CSRFToken": tokens[browser]}
        return browser.client.post(f"/api/plans/{draft}/publish", json=body, headers=headers)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, (planner, admin)))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json


def test_the_list_says_how_each_plan_stands(planner, draft, district):
    plans = planner.get(f"/api/plans?unit={district.unit['a']}").json
    assert [plan["state"] for plan in plans] == ["draft", "effective"]
    assert plans[0]["grids"] == 2
    assert plans[0]["max_deviation"] == 200
    assert plans[0]["out_of_band"] == 1
    assert plans[0]["moved_households"] == 0


def test_the_table_of_grids_is_downloaded(planner, draft):
    answer = planner.get(f"/api/plans/{draft}/grids.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    head, first = answer.data.decode("utf-8-sig").splitlines()[:2]
    assert head.startswith("网格编码,名称,类型,网格长")
    assert first.startswith("110101001001001,,基础网格,leader")


def test_a_draft_is_deleted(planner, draft):
    assert planner.post(f"/api/plans/{draft}/delete").status_code in (404, 405)
    headers = {"X-CSRFToken": planner.token()}
    assert planner.client.delete(f"/api/plans/{draft}", headers=headers).status_code == 204
    assert planner.get(f"/api/plans/{draft}").status_code == 404


@pytest.mark.parametrize("start", ["empty", 0, -3, True, None, 1.5])
def test_a_start_that_is_none_gets_422(planner, district, start):
    body = {"unit": district.unit["a"], "start": start}
    assert planner.post("/api/plans", json=body).status_code == 422


def test_another_planners_community_is_not_found(browse, draft, district):
    stranger = browse("planner_b")
    assert stranger.get(f"/api/plans/{draft}").status_code == 404
    assert edit(stranger, draft, a_move(district)).status_code == 404
    body = {"unit": district.unit["a"], "start": "engine"}
    assert stranger.post("/api/plans", json=body).status_code == 404


def test_staff_read_and_do_not_write(browse, draft, district):
    staff = browse("staff")
    assert staff.get(f"/api/plans/{draft}").status_code == 200
    assert edit(staff, draft, a_move(district)).status_code == 403


def test_a_leaders_grid_follows_into_the_next_plan(planner, browse, draft, district):
    body = {
        "base_version": 1,
        "effective_from": "2026-01-01",
        "exceptions": {"1": "one long compound"},
    }
    planner.post(f"/api/plans/{draft}/publish", json=body)
    grids = {g["position"]: g for g in planner.get(f"/api/plans/{draft}").json["grids"]}
    assert grids[0]["leader"].startswith("leader")
    answer = browse("leader").get("/api/my")
    assert answer.status_code == 200
    assert str(grids[0]["code"]) in answer.get_data(as_text=True)


def test_a_plan_takes_over_on_its_day_by_the_clock_of_the_worker(planner, draft, district):
    body = {
        "base_version": 1,
        "effective_from": "2099-01-01",
        "exceptions": {"1": "one long compound"},
    }
    waiting = planner.post(f"/api/plans/{draft}/publish", json=body)
    assert waiting.json["state"] == "approved"
    with transaction(district.engine, SYSTEM) as conn:
        conn.execute(text("UPDATE plan SET effective_from = current_date WHERE state = 'approved'"))
    tick(district.engine)
    assert planner.get(f"/api/plans/{draft}").json["plan"]["state"] == "effective"


def test_a_waiting_plan_is_withdrawn(planner, draft):
    body = {
        "base_version": 1,
        "effective_from": "2099-01-01",
        "exceptions": {"1": "one long compound"},
    }
    planner.post(f"/api/plans/{draft}/publish", json=body)
    assert planner.post(f"/api/plans/{draft}/withdraw").json["editable"]
    assert planner.post(f"/api/plans/{draft}/withdraw").status_code == 409
