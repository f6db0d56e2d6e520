import assert from "node:assert/strict"
import test from "node:test"
import { nudge, pushed, wayTo } from "../../web/static/js/plan/border.js"
import { applyMoves } from "../../web/static/js/plan/model.js"
import { drawn, planOf } from "./drawing.js"

/** The plan after the line at `from` is pulled to `to`; rows grow downwards. */
function pulled(drawing, from, to, options = {}) {
  const plan = planOf(drawing)
  const place = { x: plan.x, y: plan.y.map((y) => -y) }
  const sides = { donor: 1, receiver: 0, radius: 0.4, ...options }
  applyMoves(plan, pushed(plan, place, { way: [from, ...to], ...sides }))
  return drawn(plan, drawing.indexOf(" / "))
}

test("cells on the way of the line flip, those aside stay", () =>
  assert.equal(pulled("ABBB / ABBB / ABBB", [0.5, 1], [[2.2, 1]]), "ABBB / AAAB / ABBB"))

test("a wider pull takes the rows beside", () =>
  assert.equal(pulled("ABBB / ABBB / ABBB", [0.5, 1], [[1.2, 1]], { radius: 1.1 }), "AABB / AABB / AABB"))

test("the line goes back with the pointer", () => {
  assert.equal(pulled("ABBB / ABBB / ABBB", [0.5, 1], [[0.6, 1]], { radius: 0.2 }), "ABBB / ABBB / ABBB")
})

test("cells behind the grabbed line stay", () =>
  assert.equal(pulled("BABB / BABB", [1.5, 0], [[2.1, 0]], { radius: 0.4 }), "BAAB / BABB"))

test("no cell flips that does not hang together with the receiver", () =>
  assert.equal(pulled("ACBB / ACBB", [0.5, 0], [[3, 0]], { donor: 1 }), "ACBB / ACBB"))

test("the cell under the pointer flips whatever its size", () =>
  assert.equal(pulled("ABBB / ABBB", [0.5, 0], [[0.6, 0]], { radius: 0, under: 1 }), "AABB / ABBB"))

test("a nudge takes one cell and leaves the donor in one piece", () => {
  const plan = planOf("ABC / ABB / ABC")
  applyMoves(plan, nudge(plan, 1, 0))
  assert.equal(drawn(plan, 3), "AAC / ABB / ABC")
})

test("a nudge that can only tear the donor is none", () =>
  assert.deepEqual(nudge(planOf("ACA / BBB"), 1, 2), []))

test("the line follows a way round a bend", () =>
  assert.equal(
    pulled(
      "ABBB / BBBB / BBBB",
      [0.5, 0],
      [
        [2, 0],
        [2, 2.1],
      ],
    ),
    "AAAB / BBAB / BBAB",
  ))

test("a way that comes back forgets where it was", () => {
  const steps = [
    [20, 0],
    [40, 0],
    [60, 0],
    [41, 1],
    [22, 1],
  ]
  const way = steps.reduce((so, place) => wayTo(so, place, 10), [[0, 0]])
  assert.deepEqual(way, [
    [0, 0],
    [22, 1],
  ])
})

test("a locked cell does not flip", () => {
  const plan = planOf("ABBB")
  plan.frozen[1] = 1
  const place = { x: plan.x, y: plan.y.map((y) => -y) }
  const way = [
    [0.5, 0],
    [2.5, 0],
  ]
  assert.deepEqual(pushed(plan, place, { way, radius: 0.4, donor: 1, receiver: 0 }), [])
})
