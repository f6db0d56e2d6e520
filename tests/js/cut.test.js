import assert from "node:assert/strict"
import test from "node:test"
import { cutOff, half, sideOf } from "../../web/static/js/plan/cut.js"
import { planOf } from "./drawing.js"

const places = (plan) => ({ x: plan.x, y: plan.y })

test("places on either side of a line differ, also beyond its ends", () => {
  const line = [
    [1, 0],
    [1, 1],
  ]
  assert.notEqual(sideOf(line, 0, 0.5), sideOf(line, 2, 0.5))
  assert.equal(sideOf(line, 0, 9), sideOf(line, 0, 0.5))
})

test("a bent line has two sides at its bend", () => {
  const line = [
    [0, 2],
    [0, 0],
    [2, 0],
  ]
  assert.equal(sideOf(line, 1, 1), sideOf(line, 0.2, 0.2))
  assert.notEqual(sideOf(line, 1, 1), sideOf(line, -0.2, -0.2))
})

test("the lighter side is cut off, cell by cell, and no other grid is touched", () => {
  const plan = planOf("AAAB / AAAB")
  const line = [
    [0.5, 1],
    [0.5, -2],
  ]
  assert.deepEqual(cutOff(plan, places(plan), 0, line), [0, 4])
})

test("a line that passes the grid by cuts nothing", () => {
  const plan = planOf("AAAB")
  const line = [
    [9, 1],
    [9, -1],
  ]
  assert.deepEqual(cutOff(plan, places(plan), 0, line), [])
})

test("a grid is halved by households, west to east or south to north", () => {
  const plan = planOf("AAAA / AAAA")
  assert.deepEqual(half(plan, 0, "x").sort(), [0, 1, 4, 5])
  assert.deepEqual(half(plan, 0, "y").sort(), [4, 5, 6, 7])
})

test("a grid of one cell cannot be halved", () => assert.deepEqual(half(planOf("AB"), 0, "x"), []))
