import assert from "node:assert/strict"
import { test } from "node:test"
import { byUrgency, fitting, sums } from "../../web/static/js/incidents/filter.js"

const rows = {
  id: [1, 2, 3, 4],
  channel: ["resident", "patrol", "resident", "platform"],
  category: ["暴露垃圾", "暴露垃圾", "占道经营", "占道经营"],
  state: ["reported", "closed", "handling", "accepted"],
  overdue: [false, false, true, false],
  closed_at: [null, "2026-01-02T00:00:00Z", null, null],
  due_at: ["2026-01-09T00:00:00Z", null, "2026-01-01T00:00:00Z", "2026-01-05T00:00:00Z"],
  reported_at: ["2026-01-01", "2026-01-01", "2026-01-01", "2026-01-01"],
}
const every = new Set(["resident", "patrol", "scheduled", "platform"])

test("a channel, a category and a state narrow the rows together", () => {
  assert.deepEqual(fitting(rows, { channels: every, category: "", state: "all" }), [0, 1, 2, 3])
  assert.deepEqual(fitting(rows, { channels: new Set(["resident"]), category: "", state: "all" }), [0, 2])
  assert.deepEqual(fitting(rows, { channels: every, category: "占道经营", state: "overdue" }), [2])
  assert.deepEqual(fitting(rows, { channels: every, category: "", state: "open" }), [0, 2, 3])
})

test("open and closed add up to all", () => {
  assert.deepEqual(sums(rows, [0, 1, 2, 3]), { all: 4, open: 3, overdue: 1, closed: 1 })
})

test("the overdue come first, then the next deadline, the closed last", () => {
  assert.deepEqual(byUrgency(rows, [0, 1, 2, 3]), [2, 3, 0, 1])
})

test("nothing fits an empty list", () => {
  assert.deepEqual(byUrgency(rows, []), [])
  assert.deepEqual(sums(rows, []), { all: 0, open: 0, overdue: 0, closed: 0 })
})
