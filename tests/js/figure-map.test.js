import assert from "node:assert/strict"
import { test } from "node:test"
import { stepOf, stepsOf, SUBJECTS } from "../../web/static/js/desk/area-figures.js"

test("every community stands in one step of the legend, the largest in the darkest", () => {
  const values = [0, null, 1, 20, 40, 60, 100]
  assert.deepEqual(stepsOf(values, 100), [2, 2, 1, 1, 0, 1])
  assert.equal(stepOf(193, 193), 5)
  assert.equal(stepOf(0.1, 100), 1)
})

test("a share is of what is closed: none closed is not 0 %", () => {
  const resolved = { grid: { n: 0, percent: 0 } }
  assert.equal(SUBJECTS.at_grid.of({ closed: 0, resolved }), null)
  assert.equal(SUBJECTS.at_grid.of({ closed: 4, resolved }), 0)
  assert.equal(SUBJECTS.petitions.of(null), 0)
})
