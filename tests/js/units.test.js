import assert from "node:assert/strict"
import test from "node:test"
import { cutLoads, ringLoads } from "../../web/static/js/plan/cut-load.js"
import { filling, strayPiece } from "../../web/static/js/plan/fill.js"
import { openByGrid, openOf } from "../../web/static/js/plan/incident-sums.js"
import { movesTo, openPlan, takeLocks } from "../../web/static/js/plan/model.js"
import { standing, wholeBlocks, wholeCompounds } from "../../web/static/js/plan/units.js"
import { answerOf, planOf } from "./drawing.js"

/** A plan with a street (barrier 1) east of column `street`. */
function withStreet(drawing, street) {
  const answer = answerOf(drawing)
  const { a, b, barrier } = answer.neighbours
  const width = drawing.indexOf(" / ") < 0 ? drawing.length : drawing.indexOf(" / ")
  b.forEach((other, i) => {
    if (other === a[i] + 1 && a[i] % width === street) barrier[i] = 1
  })
  return openPlan(answer)
}

/** Each cell's building in its middle; `letters` names the compound of each cell, "." for none. */
function ground(plan, letters) {
  const cells = plan.ids
  return standing(plan, {
    buildings: {
      id: cells,
      cell: cells,
      compound: [...letters].map((letter) => (letter === "." ? null : letter.charCodeAt(0))),
      households: cells.map(() => 10),
      x: plan.x,
      y: plan.y,
    },
    compounds: [{ id: 83, name: "阳光花园" }],
    unplaced: [],
  })
}

test("a block ends at streets", () => {
  const plan = withStreet("AAAA / AAAA", 1)
  assert.deepEqual(wholeBlocks(plan, [0]), [0, 1, 4, 5])
  assert.deepEqual(wholeBlocks(plan, [0, 7]), [0, 1, 2, 3, 4, 5, 6, 7])
  assert.deepEqual(wholeBlocks(plan, []), [])
})

test("a compound is painted whole, and a building of none by itself", () => {
  const plan = planOf("AAAA")
  const land = ground(plan, "S.SS")
  assert.deepEqual(wholeCompounds(land, [0]).sort(), [0, 2, 3])
  assert.deepEqual(wholeCompounds(land, [1]), [1])
  assert.deepEqual(wholeCompounds(null, [1]), [1])
})

test("a cut is weighed building by building; the lighter side goes", () => {
  const plan = planOf("AAAB")
  const line = [
    [0.5, 1],
    [0.5, -1],
  ]
  assert.deepEqual(cutLoads(plan, ground(plan, "...."), 0, line), { keeps: 20, goes: 10, buildings: 1 })
})

test("a ring tells what it takes from each grid, and leaves what is locked", () => {
  const plan = planOf("AABC", { locked: "C" })
  const ring = [0.5, 1, 4, 1, 4, -1, 0.5, -1]
  const { touched, buildings, households } = ringLoads(plan, ground(plan, "...."), ring, 0)
  assert.deepEqual([buildings, households], [1, 10])
  assert.deepEqual(
    touched.map(({ position, before, after }) => [position, before, after]),
    [
      [0, 20, 30],
      [1, 10, 0],
    ],
  )
})

test("a stray piece goes to the grid around it, the main piece stays", () => {
  const plan = planOf("ABBA / ABBA / BBBA / BBAA")
  assert.equal(strayPiece(plan, 3), null)
  assert.deepEqual(strayPiece(plan, 0), [0, 4])
  assert.deepEqual(filling(plan, 0), [
    [0, 0, 1],
    [4, 0, 1],
  ])
  assert.deepEqual(filling(plan, 3), [])
  plan.frozen[4] = 1
  assert.deepEqual(filling(plan, 0), [])
})

test("nothing moves that a lock of a cell or of a compound holds", () => {
  const plan = planOf("AAAB")
  takeLocks(plan, { cells: [100], compounds: [{ id: 83, name: "阳光花园", cells: [101] }] })
  assert.deepEqual(movesTo(plan, [0, 1, 2], 1), [[2, 0, 1]])
})

test("open incidents are counted where the border is now", () => {
  const plan = planOf("AABB")
  const column = openOf(plan, { id: [101, 103, 999], open: [2, 1, 5], overdue: [1, 0, 5] })
  assert.deepEqual(openByGrid(plan, column), [
    { open: 2, overdue: 1 },
    { open: 1, overdue: 0 },
  ])
  assert.deepEqual(openByGrid(plan, column, [[1, 0, 1]]), [
    { open: 0, overdue: 0 },
    { open: 3, overdue: 1 },
  ])
})
