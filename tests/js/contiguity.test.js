import assert from "node:assert/strict"
import test from "node:test"
import { brokenBy, isOnePiece, neighbourGraph, pieces } from "../../web/static/js/plan/contiguity.js"
import { planOf } from "./drawing.js"

for (const [drawing, whole] of [
  ["AAB / ABB", true],
  ["ABA / ABB", false],
  ["A", true],
  ["ABB / AAB / ABB", true],
  ["AB / BA", false],
]) {
  test(`grid A of ${drawing} is ${whole ? "" : "not "}one piece`, () => {
    const plan = planOf(drawing)
    assert.equal(isOnePiece(plan.graph, plan.grid, 0), whole)
  })
}

test("pieces come largest first", () => {
  const plan = planOf("ABA / BBA")
  assert.deepEqual(pieces(plan.graph, plan.grid, 0), [[2, 5], [0]])
})

test("a pair that is not joined, such as a river without a bridge, does not connect", () => {
  const graph = neighbourGraph(2, [0], [1], [false])
  assert.equal(isOnePiece(graph, Uint16Array.of(0, 0), 0), false)
})

test("the outer line of the community connects nothing", () => {
  const graph = neighbourGraph(2, [0, 1], [-1, -1])
  assert.deepEqual([...graph.to], [])
})

test("taking the bridge cell names the lighter piece that falls off", () => {
  const plan = planOf("AAABB")
  const broken = brokenBy(plan.graph, plan.grid, [[1, 0, 1]], plan.households)
  assert.deepEqual(broken, [
    { position: 0, cells: [2] },
    { position: 1, cells: [1] },
  ])
})

test("a grid that was in two pieces before is not blamed on this stroke", () => {
  const plan = planOf("ABBA")
  assert.deepEqual(brokenBy(plan.graph, plan.grid, [[1, 1, 0]], plan.households), [])
})

test("a move at the edge breaks nothing", () => {
  const plan = planOf("AAB / AAB")
  assert.deepEqual(brokenBy(plan.graph, plan.grid, [[1, 0, 1]], plan.households), [])
})
