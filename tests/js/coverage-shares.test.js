import assert from "node:assert/strict"
import { test } from "node:test"
import {
  boxRound,
  classOf,
  figures,
  parentsOf,
  shareOfGrid,
  worstFirst,
} from "../../web/static/js/coverage/shares.js"

const unit = (values) => ({
  households: 200,
  covered: 50,
  straight_covered: 180,
  buildings: 10,
  buildings_covered: 4,
  buildings_straight: 9,
  ...values,
})

test("households and buildings give two shares of one unit", () => {
  assert.deepEqual(figures(unit(), { count: "households", mode: "walk" }), {
    whole: 200,
    served: 50,
    left: 150,
    share: 25,
    other: 90,
    otherServed: 180,
  })
  assert.equal(figures(unit(), { count: "buildings", mode: "walk" }).share, 40)
})

test("in the mode of the straight radius the straight circle is the share and walking the tick", () => {
  const { share, other, left } = figures(unit(), { count: "households", mode: "radius" })
  assert.deepEqual([share, other, left], [90, 25, 20])
})

test("the whole answer names its households total", () => {
  const { households, ...whole } = unit({ total: 200 })
  assert.equal(households, 200)
  assert.equal(figures(whole).whole, 200)
})

test("nobody at home is no share, and comes last", () => {
  const empty = unit({ code: "e", households: 0, covered: 0, straight_covered: 0 })
  const ranked = worstFirst([empty, unit({ code: "a", covered: 100 }), unit({ code: "b", covered: 20 })], {})
  assert.deepEqual(
    ranked.map((row) => row.unit.code),
    ["b", "a", "e"],
  )
  assert.equal(ranked[2].share, null)
})

test("of equal shares the one with more households left comes first", () => {
  const small = unit({ code: "s", households: 10, covered: 0 })
  const large = unit({ code: "l", households: 90, covered: 0 })
  assert.equal(worstFirst([small, large], {})[0].unit.code, "l")
})

test("classes meet at 50, 75 and 90 per cent", () => {
  assert.deepEqual(
    [0, 49.9, 50, 74.9, 75, 89.9, 90, 100].map((share) => classOf(share).name),
    ["very-low", "very-low", "low", "low", "fair", "fair", "", ""],
  )
})

test("a grid takes the share of the community or subdistrict above it", () => {
  const units = [
    { id: 1, role: "street", parent: null },
    { id: 2, role: "community", parent: 1 },
  ]
  const parents = parentsOf([{ grid: 7, unit: 2 }], units)
  assert.deepEqual(parents.get(7), { communities: 2, streets: 1 })
  const answer = {
    grids: [unit({ grid: 7 })],
    communities: [unit({ unit: 2, covered: 100 })],
    streets: [unit({ unit: 1, covered: 150 })],
  }
  const shares = ["grids", "communities", "streets"].map((level) =>
    shareOfGrid(answer, level, parents).get(7),
  )
  assert.deepEqual(shares, [25, 50, 75])
})

test("a district without subdistricts has no share at that level", () => {
  const parents = parentsOf([{ grid: 7, unit: 2 }], [{ id: 2, role: "community", parent: null }])
  assert.equal(shareOfGrid({ streets: [] }, "streets", parents).get(7), null)
})

test("the box round a grid is as wide as it is high on the ground", () => {
  const [west, south, east, north] = boxRound({ x: 117, y: 60, radius_m: 100 })
  assert.ok(Math.abs((east - west) * 0.5 - (north - south)) < 1e-9)
})
