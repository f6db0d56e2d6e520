import assert from "node:assert/strict"
import test from "node:test"
import * as model from "../../web/static/js/plan/model.js"
import { drawn, planOf } from "./drawing.js"

test("totals are the sums of the cells", () => {
  const plan = planOf("AAB")
  assert.deepEqual([...plan.totals.households], [20, 10])
  assert.deepEqual([...plan.totals.cells], [2, 1])
})

test("moved cells change both grids, and the sum over grids stays", () => {
  const plan = planOf("AAB / AAB")
  model.applyMoves(plan, model.movesTo(plan, [1, 4], 1))
  assert.equal(drawn(plan, 3), "ABB / ABB")
  assert.deepEqual([...plan.totals.households], [20, 40])
})

test("undo of any gesture gives back assignment and totals", () => {
  const plan = planOf("AABC / AABC")
  const moves = [...model.movesTo(plan, [1, 5], 1), ...model.movesTo(plan, [3], 0)]
  model.applyMoves(plan, moves)
  model.applyMoves(plan, model.inverse(moves))
  assert.equal(drawn(plan, 4), "AABC / AABC")
  assert.deepEqual(plan.totals, model.totalsOf(plan))
})

test("random gestures and their undo in reverse order come back to the start", () => {
  const plan = planOf("AAABBB / AAABBB / CCCDDD")
  const made = []
  for (let step = 0, seed = 7; step < 200; step++) {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    const moves = model.movesTo(plan, [seed % 18], (seed >> 8) % 4)
    model.applyMoves(plan, moves)
    made.push(moves)
  }
  for (const moves of made.reverse()) model.applyMoves(plan, model.inverse(moves))
  assert.equal(drawn(plan, 6), "AAABBB / AAABBB / CCCDDD")
  assert.deepEqual(plan.totals, model.totalsOf(plan))
})

test("cells already there do not move", () => {
  const plan = planOf("AAB")
  assert.deepEqual(model.movesTo(plan, [0, 2], 1), [[0, 0, 1]])
})

test("nothing leaves a locked grid", () => {
  const plan = planOf("AAB", { locked: "A" })
  assert.deepEqual(model.movesTo(plan, [0, 1], 1), [])
})

test("nothing enters a locked grid", () => {
  const plan = planOf("AAB", { locked: "B" })
  assert.deepEqual(model.movesTo(plan, [1], 1), [])
})

test("a move whose cell is elsewhere is refused", () => {
  const plan = planOf("AB")
  assert.throws(() => model.applyMoves(plan, [[0, 1, 0]]), /cell 0 is in grid 0/)
})

test("the effect of moves is known before they are made", () => {
  const plan = planOf("AAB")
  const touched = model.effect(plan, [[1, 0, 1]])
  assert.deepEqual(
    [...touched.values()].map(({ before, after }) => [before, after]),
    [
      [20, 10],
      [10, 20],
    ],
  )
  assert.equal(drawn(plan, 3), "AAB")
})

test("the server's positions may have gaps; moves go out and come back in them", () => {
  const plan = planOf("AAB", { positions: [0, 7] })
  const moves = model.movesTo(plan, [1], 1)
  assert.deepEqual(model.toServer(plan, moves), [[101, 0, 7]])
  assert.deepEqual(model.fromServer(plan, [[101, 0, 7]]), moves)
})

test("taking the last cell of a grid is noticed", () => {
  const plan = planOf("AAB")
  assert.equal(model.emptiedBy(plan, [[2, 1, 0]]), 1)
  assert.equal(model.emptiedBy(plan, [[1, 0, 1]]), undefined)
})

test("the eraser gives a cell to the neighbour with the longest border", () => {
  const plan = planOf("BBB / BAC / ACC")
  assert.equal(plan.grids[model.nearestOtherGrid(plan, 4)].short, "B")
})

test("a cell inside its grid has no other neighbour", () => {
  const plan = planOf("AAA / AAA / AAB")
  assert.equal(model.nearestOtherGrid(plan, 0), -1)
})

test("the eraser never gives to a locked grid", () => {
  const plan = planOf("BA", { locked: "B" })
  assert.equal(model.nearestOtherGrid(plan, 1), -1)
})

test("the difference to a wanted assignment is its moves", () => {
  const plan = planOf("AAB")
  assert.deepEqual(model.difference(plan, Uint16Array.of(0, 1, 1)), [[1, 0, 1]])
})
