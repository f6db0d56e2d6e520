import assert from "node:assert/strict"
import { test } from "node:test"
import { coveredOf, gridsCovered, shareOf } from "../../web/static/js/plan/coverage-sums.js"

// three cells in two grids: 11 and 12 in the first, 13 in the second
const plan = {
  ids: [11, 12, 13],
  indexOf: new Map([
    [11, 0],
    [12, 1],
    [13, 2],
  ]),
  grid: [0, 0, 1],
  grids: [{}, {}],
  households: [100, 60, 40],
}
const covered = coveredOf(plan, { id: [11, 13, 99], covered: [100, 10, 5] })

test("a cell that the answer does not name covers nobody, one that the plan does not know is left out", () => {
  assert.deepEqual([...covered], [100, 0, 10])
})

test("a grid is the sum of its cells", () => {
  assert.deepEqual(gridsCovered(plan, covered), [
    { households: 160, covered: 100 },
    { households: 40, covered: 10 },
  ])
})

test("a border that moves carries households and cover alike, and nothing is lost", () => {
  const moved = gridsCovered(plan, covered, [[0, 0, 1]])
  assert.deepEqual(moved, [
    { households: 60, covered: 0 },
    { households: 140, covered: 110 },
  ])
  assert.deepEqual(plan.grid, [0, 0, 1])
})

test("a grid where nobody lives has no share", () => {
  assert.equal(shareOf({ households: 0, covered: 0 }), null)
  assert.equal(shareOf({ households: 160, covered: 100 }), 62.5)
})
