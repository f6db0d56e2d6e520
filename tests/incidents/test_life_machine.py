"""Any order of steps by anybody: the database never leaves what the table of transitions allows."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import text

from gisgrid.errors import Conflict, Forbidden, InvalidInput, WrongState
from gisgrid.incidents import life
from gisgrid.model.incidents import CO_SIGNERS, FINISHED, LEVELS, CloseReason, Kind
from gisgrid.services.move_incident import Facts, move_incident
from gisgrid.storage.engine import SYSTEM, transaction

STEPS = sorted({row.name for row in life.transitions()})
WHO = ("staff", "leader", "planner", None)
EVERY_FACT = {
    "note": "说明",
    "category": "0505",
    "body": "城管中队",
    "task_force": "专班",
    "reason": CloseReason.FIXED,
    "satisfied": True,
    "goal": "目标",
    "acceptance": "验收",
}


class Lives(RuleBasedStateMachine):
    """One incident of some kind at a time; a model in Python says what must come of each step."""

    desk = None

    def __init__(self) -> None:
        super().__init__()
        self.actors = {who: self.desk.actor(who) if who else SYSTEM for who in WHO}
        self.begin(Kind.CASE)

    def begin(self, kind: Kind) -> None:
        self.kind = kind
        self.state = "draft" if kind is Kind.PETITION else "reported"
        self.signed = 0
        self.incident = self.desk.report(kind=kind, draft=self.state == "draft", category="0102")

    @rule(kind=st.sampled_from(list(Kind)))
    def another(self, kind: Kind) -> None:
        self.begin(kind)

    @rule(
        step=st.sampled_from(STEPS),
        who=st.sampled_from(WHO),
        bare=st.booleans(),
    )
    def any_step(self, step: str, who: str | None, bare: bool) -> None:
        self.take(step, who, bare=bare)

    @rule(choice=st.integers(0, 30))
    def a_step_that_leads_on(self, choice: int) -> None:
        onward = [s for s in life.steps(self.kind, self.state, frozenset({"desk"})) if s.target]
        if self.state == "draft":
            self.take("sign", "staff", bare=False)
        elif onward:
            self.take(onward[choice % len(onward)].name, "staff", bare=False)

    def take(self, step: str, who: str | None, *, bare: bool) -> None:
        row = next((r for r in life.steps(self.kind, self.state) if r.name == step), None)
        names = life.who_is(self.actors[who].role if who else None, reporter=who == "staff")
        try:
            told = move_incident(
                self.desk.engine,
                self.actors[who],
                self.incident,
                step,
                Facts() if bare else self.facts(),
            )
        except WrongState as error:
            assert row is None, (step, self.state, error)
        except Forbidden:
            assert row is not None
            assert not row.who & names
        except InvalidInput:
            assert row is not None
            assert bare or step in ("assign", "duplicate"), step
        except Conflict as error:
            assert row is not None
            assert error.key in ("no_level", "claimant_needed", "too_few_signatures"), error
        else:
            assert row is not None, f"{step} from {self.state} is not in the table"
            assert row.who & names
            self.went(row, told)

    def facts(self) -> Facts:
        until = datetime.now().astimezone() + timedelta(days=3)
        signer = f"{self.signed} 号"
        return Facts(**EVERY_FACT, until=until, hearing=until, signer=signer)

    def went(self, row: life.Transition, told: dict) -> None:
        expected = row.target or self.state
        if row.name == "sign":
            self.signed += 1
            expected = "reported" if self.signed == CO_SIGNERS else "draft"
        elif told["then"]:
            assert row.name == "recategorise"
            expected = {"redispatch": "dispatched", "recall": "accepted"}[told["then"][0]]
        assert told["state"] == expected
        self.state = str(told["state"])

    @invariant()
    def the_row_is_what_the_model_says(self) -> None:
        statement = text(
            "SELECT state, level, closed_at IS NOT NULL AS closed, satisfied, handled_at,"
            " (SELECT to_state FROM incident_event WHERE incident_id = incident.id"
            "  ORDER BY id DESC LIMIT 1) AS last"
            " FROM incident WHERE id = :incident"
        )
        with transaction(self.desk.engine, SYSTEM) as conn:
            row = conn.execute(statement, {"incident": self.incident}).one()
        assert row.state == row.last == self.state
        assert row.closed is (self.state in FINISHED)
        assert row.level in LEVELS
        assert (row.satisfied is not None) is (self.state == "rated")
        assert self.state not in ("handled", "closed", "rated") or row.handled_at is not None

    @invariant()
    def no_closed_case_lacks_its_verification(self) -> None:
        statement = text(
            "SELECT count(*) FROM incident WHERE state IN ('closed', 'rated') AND NOT EXISTS ("
            " SELECT FROM incident_event WHERE transition = 'verify' AND incident_id = incident.id)"
        )
        with transaction(self.desk.engine, SYSTEM) as conn:
            assert conn.execute(statement).scalar_one() == 0


def test_no_order_of_steps_leaves_the_table(desk):
    machine = type("LivesHere", (Lives,), {"desk": desk})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
