"""Cases of the demonstration: every state, kind and route, taken through the real machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from gisgrid.incidents.effects import Facts
from gisgrid.model.incidents import CloseReason, Kind
from gisgrid.model.people import Actor
from gisgrid.services.move_incident import move_incident
from gisgrid.services.report_incident import Contact, Report, report_incident
from gisgrid.storage import incident_desk, incident_life, people, plans, units
from gisgrid.storage.engine import SYSTEM, Connection, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

SOURCE = "demo"
BODIES = {
    "01": ("区城市管理局",),
    "02": ("区城市管理局",),
    "03": ("区住建局",),
    "04": ("区水务公司", "区市政所"),
    "05": ("街道综合执法队",),
}
WISHES = ("想要一副 300 度的老花镜", "希望有人教用智能手机", "家里的旧收音机想找人修一修")

Way = Sequence[tuple[str, dict[str, Any]]]
SENT: Way = (("accept", {}), ("appoint", {"body": "街道综合执法队"}))
WAYS: tuple[Way, ...] = (
    (("reject", {"note": "不属本区管辖，已告知反映渠道"}),),
    (*SENT, ("return", {"note": "权属在铁路部门"})),
    (*SENT, ("claim", {})),
    (*SENT, ("start", {}), ("ask_extension", {"note": "等待配件"})),
    (*SENT, ("start", {}), ("handle", {"note": "已处理，请核查"})),
    (("accept", {}), ("task_force", {"task_force": "路面塌陷专班", "body": "区住建局"})),
    (
        *SENT, ("start", {}), ("handle", {"note": "已清理"}),
        ("verify", {"reason": CloseReason.FIXED}), ("reopen", {"note": "同一处又出现"}),
    ),
    (
        *SENT, ("start", {}), ("handle", {"note": "现场未见"}),
        ("verify", {"reason": CloseReason.NOTHING_FOUND}), ("rate", {"satisfied": False}),
    ),
    (("accept", {}), ("raise", {"note": "请街道协调"}), ("supervise", {"note": "街道督办"})),
)  # fmt: skip


FRESH = (
    ("0102", "垃圾桶满溢"), ("0505", "消防通道停车"), ("0504", "占道经营"), ("0110", "路面破损"),
    ("2107", "楼道灯不亮"), ("0401", "路面下沉"), ("0506", "电动车堵门"), ("0106", "绿化带杂物"),
    ("0301", "夜间施工"), ("0404", "污水外溢"), ("0404", "污水外溢，同一处"),
    ("0102", "纸箱堆放"),
    ("2102", "门禁损坏"), ("0104", "落叶未清"),
)  # fmt: skip
PASSED = 3
"""So many of the fresh ones are past their deadline."""


def enliven_cases(engine: Engine) -> None:
    """Bodies, workers, histories of what was imported, and cases of every kind and state."""
    with transaction(engine, SYSTEM) as conn:
        _settle_rules(conn)
        incident_desk.enliven(conn, SOURCE)
        staff = _account(conn, "staff")
        places = incident_desk.some_places(conn, len(FRESH))
        later = incident_life.now(conn) + timedelta(days=10)
    if staff is None or len(places) < len(FRESH):
        return
    made = [
        _report(engine, staff, place, number, category=code, text=what)
        for number, (place, (code, what)) in enumerate(zip(places, FRESH, strict=True))
    ]
    for incident_id, way in zip(made, WAYS, strict=False):
        _walk(engine, staff, incident_id, way)
    _walk(engine, staff, made[10], [("duplicate", {"original": made[9]})])
    with transaction(engine, SYSTEM) as conn:
        incident_desk.let_pass(conn, made[-PASSED:])
    _special(engine, staff, places[0], later)


def _special(engine: Engine, staff: Actor, place: Any, later: datetime) -> None:
    asked = {"category": "2102", "text": "请求调整小区停车收费"}
    for names in (7, 10):
        petition = _report(
            engine, staff, place, f"petition-{names}", kind=Kind.PETITION, draft=True, **asked
        )
        _walk(engine, staff, petition, [("sign", {"signer": f"{n} 室"}) for n in range(names)])
    who = Contact(name="演示居民", phone="13800000000")
    for number, words in enumerate(WISHES):
        wish = {"kind": Kind.WISH, "category": "2110", "text": words, "contact": who}
        made = _report(engine, staff, place, f"wish-{number}", **wish)
        _walk(engine, staff, made, [("accept", {}), ("offer", {})])
    talk = {"kind": Kind.TALK, "category": "2102", "text": "中心花园改造"}
    made = _report(engine, staff, place, "talk", compound=place.compound, **talk)
    decision = {"goal": "新增 12 个车位", "until": later, "acceptance": "业主代表现场验收"}
    _walk(engine, staff, made, [("discuss", {"note": "周三说事日议定"}), ("decide", decision)])


def _report(engine: Engine, staff: Actor, place: Any, key: object, **what: Any) -> int:
    report = Report(lon=place.lon, lat=place.lat, **what)
    return int(report_incident(engine, staff, report, f"demo-{key}")["id"])


def _walk(engine: Engine, actor: Actor, incident_id: int, way: Way) -> None:
    for step, facts in way:
        move_incident(engine, actor, incident_id, step, Facts(**facts))


def _settle_rules(conn: Connection) -> None:
    (top, *_) = units.top(conn) or (None,)
    if top is None:
        return
    for category, bodies in BODIES.items():
        incident_desk.set_bodies(conn, category, top, bodies)
    staff = people.by_login(conn, "staff")
    if staff is not None:
        incident_desk.set_worker(conn, staff.id, "街道综治中心")
    today = plans.today(conn)
    monday = today + timedelta(days=7 - today.weekday())
    incident_desk.add_round(
        conn, name="消防通道排查", category_code="2112", unit_id=top, every_days=7, starts_on=monday
    )


def _account(conn: Connection, login: str) -> Actor | None:
    row = people.by_login(conn, login)
    return None if row is None else people.actor(conn, row.id)
