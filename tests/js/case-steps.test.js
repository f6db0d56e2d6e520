// Which step of a case comes next, which are left out, and which week a day lies in.
import assert from "node:assert/strict"
import test from "node:test"
import { momentOf } from "../../web/static/js/cases/moment.js"
import { sorted, useful } from "../../web/static/js/cases/order.js"
import { isoWeek, shifted } from "../../web/static/js/desk/week.js"

const steps = (...names) => names.map((step) => ({ step, needs: [] }))

test("the next step stands alone, the rest behind more", () => {
  const { first, more } = sorted(steps("reject", "accept", "urge", "comment"), {})
  assert.deepEqual(
    first.map(({ step }) => step),
    ["accept"],
  )
  assert.deepEqual(
    more.map(({ step }) => step),
    ["reject", "urge"],
  )
})

test("a major matter goes to a task force first", () => {
  const { first } = sorted(steps("dispatch", "appoint", "task_force"), { major: true })
  assert.equal(first[0].step, "task_force")
})

test("steps that would change nothing are not offered", () => {
  const known = { categories: [{ code: "0102", self_handle: true }] }
  const incident = {
    level: 1,
    assignee: null,
    private: false,
    category_code: "0101",
    steps: steps("raise", "lower", "unassign", "hide", "show", "self_handle", "accept"),
  }
  const names = (each) => useful(each, known).map(({ step }) => step)
  assert.deepEqual(names(incident), ["raise", "hide", "accept"])
  const other = { ...incident, level: 5, assignee: 3, private: true, category_code: "0102" }
  assert.deepEqual(names(other), ["lower", "unassign", "show", "self_handle", "accept"])
})

test("ISO weeks begin on Monday and belong to the year of their Thursday", () => {
  assert.equal(isoWeek(new Date(2026, 10, 22)), "2026-W47")
  assert.equal(isoWeek(new Date(2026, 10, 23)), "2026-W48")
  assert.equal(isoWeek(new Date(2027, 0, 1)), "2026-W53")
  assert.equal(isoWeek(new Date(2024, 11, 30)), "2025-W01")
  assert.equal(isoWeek(shifted("2026-W53", 7)), "2027-W01")
  assert.equal(isoWeek(shifted("2027-W01", -7)), "2026-W53")
})

test("a deadline is written by the district's clock, wherever the browser is", () => {
  assert.equal(momentOf("2026-11-24T09:30", "Asia/Shanghai"), "2026-11-24T01:30:00.000Z")
  assert.equal(momentOf("2026-07-01T09:30", "Europe/Lisbon"), "2026-07-01T08:30:00.000Z")
  assert.equal(momentOf("2026-01-01T00:00", "America/New_York"), "2026-01-01T05:00:00.000Z")
})
