import assert from "node:assert/strict"
import test from "node:test"
import * as geometry from "../../web/static/js/geometry.js"

const SQUARE = [0, 0, 10, 0, 10, 10, 0, 10]

test("a point is inside its square and not beside it", () => {
  assert.ok(geometry.inPolygon(SQUARE, 5, 5))
  assert.ok(!geometry.inPolygon(SQUARE, 15, 5))
})

test("a disc beside the square touches it only when it reaches the edge", () => {
  assert.ok(geometry.discTouchesRing(SQUARE, 0, 8, 12, 5, 2))
  assert.ok(!geometry.discTouchesRing(SQUARE, 0, 8, 12, 5, 1.9))
})

test("the last edge of an open ring counts", () =>
  assert.ok(geometry.discTouchesRing(SQUARE, 0, 8, -1, 5, 1)))

test("distance to a segment is measured to its nearest end when the foot lies outside", () => {
  assert.equal(geometry.segmentDistance(13, 14, 0, 10, 10, 10), 5)
})

test("a segment of no length is a point", () => assert.equal(geometry.segmentDistance(3, 4, 0, 0, 0, 0), 5))

test("half way along an L lies its corner", () => {
  const { x, y } = geometry.pointAlong([0, 0, 10, 0, 10, 10], 10)
  assert.deepEqual([x, y], [10, 0])
})

test("beyond the end of a line is its end", () => {
  const { x, y } = geometry.pointAlong([0, 0, 10, 0], 99)
  assert.ok(x >= 10 && y === 0)
})

test("boxes that only touch do not share ground", () => {
  assert.ok(!geometry.boxesMeet([0, 0, 1, 1], [1, 0, 2, 1]))
  assert.ok(geometry.boxesMeet([0, 0, 2, 2], [1, 1, 3, 3]))
})

test("no points have no bounds", () => assert.equal(geometry.boundsOf([], []), null))
test("bounds are west, south, east, north", () =>
  assert.deepEqual(geometry.boundsOf([3, 1], [5, 9]), [1, 5, 3, 9]))
