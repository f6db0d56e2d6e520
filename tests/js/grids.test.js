import assert from "node:assert/strict"
import test from "node:test"
import * as grids from "../../web/static/js/plan/grids.js"
import { applyMoves, inverse, movesTo, openPlan, toServer, totalsOf } from "../../web/static/js/plan/model.js"
import { answerOf, drawn, planOf } from "./drawing.js"

const CODE = "990101004007"
const coded = (drawing, more = {}) => openPlan({ ...answerOf(drawing), next_code: `${CODE}009`, ...more })

test("two grids become one, and the one with more households keeps its code", () => {
  const plan = planOf("AABBB / AABBB")
  const { keeps, goes, moves } = grids.merged(plan, 0, 1)
  applyMoves(plan, moves)
  assert.deepEqual([plan.grids[keeps].short, plan.grids[goes].short], ["B", "A"])
  assert.equal(drawn(plan, 5), "BBBBB / BBBBB")
  assert.deepEqual(grids.aliveGrids(plan), [1])
})

test("undo of a merge gives back both grids and their sums", () => {
  const plan = planOf("AAB / CCB")
  const { moves } = grids.merged(plan, 0, 1)
  applyMoves(plan, moves)
  applyMoves(plan, inverse(moves))
  assert.equal(drawn(plan, 3), "AAB / CCB")
  assert.deepEqual(plan.totals, totalsOf(plan))
})

test("nothing merges with a locked grid", () => {
  assert.deepEqual(grids.merged(planOf("AB", { locked: "B" }), 0, 1).moves, [])
})

test("a new grid has the next position and code, and is alive with its first cell", () => {
  const plan = coded("AAB")
  const made = grids.newGrid(plan)
  assert.equal(plan.grids[made].code, `${CODE}009`)
  assert.equal(grids.isAlive(plan, made), false)
  const moves = movesTo(plan, [1], made)
  assert.equal(grids.makesGrid(plan, moves), true)
  applyMoves(plan, moves)
  assert.deepEqual(grids.aliveGrids(plan), [0, 1, 2])
  assert.deepEqual(toServer(plan, moves), [[101, 0, 2]])
  assert.deepEqual(plan.totals, totalsOf(plan))
})

test("a new grid without cells is offered again, not made twice", () => {
  const plan = coded("AAB")
  assert.equal(grids.newGrid(plan), grids.newGrid(plan))
  assert.equal(plan.grids.length, 3)
})

test("a position that a merge has left is not given to a new grid", () => {
  const empty = { position: 7, short: "X", code: `${CODE}008`, locked: false, colour: 0 }
  const plan = coded("AAB", { empty_grids: [empty] })
  assert.equal(plan.grids[grids.newGrid(plan)].position, 8)
  assert.deepEqual(grids.aliveGrids(plan), [0, 1])
})

test("codes count on in their last three digits", () => {
  assert.equal(grids.followingCode(`${CODE}009`), `${CODE}010`)
})

test("the server's code and colour of a new grid count", () => {
  const plan = coded("AAB")
  const made = grids.newGrid(plan)
  const head = { id: 5, position: 2, code: `${CODE}012`, short: "012", colour: 6 }
  assert.equal(grids.takeHeads(plan, [head]), true)
  assert.deepEqual(
    [plan.grids[made].short, plan.grids[made].colour, plan.grids[made].isUnborn],
    ["012", 6, false],
  )
  assert.equal(grids.takeHeads(plan, [{ ...head, colour: 1 }]), false)
})
