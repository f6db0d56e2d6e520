import assert from "node:assert/strict"
import { test } from "node:test"
import { changeWeight } from "../../web/static/js/plan/model.js"

test("households set by hand change the cell and the grid it is in, nothing else", () => {
  const plan = {
    grid: Uint16Array.from([0, 1, 1]),
    households: Float64Array.from([10, 20, 30]),
    totals: { households: Float64Array.from([10, 50]) },
  }
  changeWeight(plan, 1, "households", -5)
  assert.deepEqual([...plan.households], [10, 15, 30])
  assert.deepEqual([...plan.totals.households], [10, 45])
})
