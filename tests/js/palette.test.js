import assert from "node:assert/strict"
import test from "node:test"
import { DEVIATION, deviationClass, deviationLimits, tone } from "../../web/static/js/map/palette.js"

const BAND = { low: 300, high: 500, target: 400 }

for (const [households, key] of [
  [249, "far_under"],
  [250, "under"],
  [299, "under"],
  [300, "low"],
  [319, "low"],
  [320, "target"],
  [480, "target"],
  [481, "high"],
  [500, "high"],
  [501, "over"],
  [600, "over"],
  [601, "far_over"],
]) {
  test(`${households} households are ${key}`, () =>
    assert.equal(DEVIATION[deviationClass(households, BAND)].key, key))
}

test("classes follow another band", () => {
  assert.deepEqual(deviationLimits({ low: 600, high: 1000, target: 800 }), [500, 600, 640, 960, 1000, 1200])
})

test("a target near the limit does not widen the band", () => {
  assert.deepEqual(deviationLimits({ low: 300, high: 500, target: 480 }).slice(1, 5), [300, 384, 500, 500])
})

test("tones: above, below, off target, on target", () => {
  assert.deepEqual(
    [501, 299, 310, 400].map((n) => tone(n, BAND)),
    ["over", "under", "warn", "ok"],
  )
})
