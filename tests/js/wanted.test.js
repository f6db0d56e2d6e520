import assert from "node:assert/strict"
import test from "node:test"
import { applyMoves } from "../../web/static/js/plan/model.js"
import { kindOf, movesOnto, wantedOf } from "../../web/static/js/plan/wanted.js"
import { drawn, planOf } from "./drawing.js"

const DRAWING = "AAB / ABB"

function moved(moves) {
  const plan = planOf(DRAWING)
  applyMoves(plan, moves)
  return plan
}

const fresh = () => planOf(DRAWING)

test("what was wanted is wanted again on a plan that never heard of it", () => {
  const page = moved([[1, 0, 1]])
  const plan = fresh()
  applyMoves(plan, movesOnto(plan, wantedOf(page)))
  assert.equal(drawn(plan, 3), drawn(page, 3))
})

test("what the server has already is not asked for again", () => {
  const page = moved([[1, 0, 1]])
  const plan = fresh()
  applyMoves(plan, [[1, 0, 1]])
  assert.deepEqual(movesOnto(plan, wantedOf(page)), [])
})

test("cells and grids that are gone stay out", () => {
  const wanted = new Map([
    [999, 0],
    [1, 77],
  ])
  assert.deepEqual(movesOnto(fresh(), wanted), [])
})

test("moves that empty a grid are a merge", () => {
  const plan = fresh()
  const all = [...plan.grid.keys()].filter((cell) => plan.grid[cell] === 0).map((cell) => [cell, 0, 1])
  assert.equal(kindOf(plan, all), "merge")
  assert.equal(kindOf(plan, all.slice(1)), "brush")
})
