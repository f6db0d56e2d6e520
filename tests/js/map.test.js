import assert from "node:assert/strict"
import test from "node:test"
import { contains, discHits } from "../../web/static/js/map/hit-test.js"
import { boxesAlong, streetSetting, takenGround } from "../../web/static/js/map/label-placing.js"
import { joined } from "../../web/static/js/map/tile-part.js"
import { Features } from "../../web/static/js/map/tile-features.js"

/** Polygons as a decoded tile holds them. */
function polygons(...shapes) {
  const xy = []
  const rings = []
  const starts = [0]
  for (const shape of shapes) {
    for (const ring of shape) {
      rings.push(xy.length)
      xy.push(...ring)
    }
    starts.push(rings.length)
  }
  rings.push(xy.length)
  const n = shapes.length
  return new Features({
    n,
    ids: Float64Array.from({ length: n }, (_, i) => i + 1),
    types: new Uint8Array(n).fill(3),
    starts,
    rings,
    xy: Int32Array.from(xy),
    values: {},
  })
}

const square = (x, y, size) => [x, y, x + size, y, x + size, y + size, x, y + size]

test("a point in the hole of a cell is not in the cell", () => {
  const cells = polygons([square(0, 0, 100), square(40, 40, 20)])
  assert.ok(contains(cells, 0, 10, 10))
  assert.ok(!contains(cells, 0, 50, 50))
})

test("a small brush takes the cell under it, not its neighbour", () => {
  const cells = polygons([square(0, 0, 100)], [square(100, 0, 100)])
  assert.deepEqual(discHits(cells, 95, 50, 10), [1])
})

test("a large brush takes every cell whose middle it covers", () => {
  const cells = polygons([square(0, 0, 100)], [square(100, 0, 100)], [square(300, 0, 100)])
  assert.deepEqual(discHits(cells, 100, 50, 60), [1, 2])
})

test("a brush beside all cells takes none", () =>
  assert.deepEqual(discHits(polygons([square(0, 0, 10)]), 50, 50, 20), []))

test("the part of a tile that is painted anew holds what touches its box, by the same ids", () => {
  const cells = polygons([square(0, 0, 100)], [square(100, 0, 100)], [square(300, 0, 100)])
  const part = cells.within([150, 50, 310, 60])
  assert.deepEqual([part.n, ...part.ids], [2, 2, 3])
  assert.deepEqual([part.indexOf(3), part.indexOf(1)], [1, -1])
})

test("two changes of a tile are painted as the box around both; a whole tile stays whole", () => {
  assert.deepEqual(joined([0, 10, 20, 30], [5, 0, 40, 20]), [0, 0, 40, 30])
  assert.equal(joined(undefined, true), true)
  assert.equal(joined(true, [0, 0, 1, 1]), true)
})

test("labels are placed first come, first served", () => {
  const ground = takenGround()
  ground.take([[0, 0, 10, 10]])
  assert.ok(!ground.isFree([[5, 5, 15, 15]]))
  assert.ok(ground.isFree([[10, 0, 20, 10]]))
})

test("a slanted name takes boxes along its line only", () => {
  const boxes = boxesAlong(0, 0, 60, 12, Math.PI / 4)
  assert.equal(boxes.length, 5)
  assert.ok(boxes.every(([left, top]) => Math.abs(left - top) < 1e-9))
})

test("a Chinese name on a north–south street is stacked upright", () =>
  assert.ok(streetSetting(Math.PI / 2, true).stacked))
test("a Latin name is never stacked", () => assert.ok(!streetSetting(Math.PI / 2, false).stacked))
test("a name never stands on its head", () => {
  const { angle } = streetSetting(Math.PI - 0.1, true)
  assert.ok(Math.abs(angle + 0.1) < 1e-9)
})

test("the nearest line within reach is found, and only one that is asked for", async () => {
  const { nearestLine } = await import("../../web/static/js/map/hit-test.js")
  const lines = {
    n: 2,
    ids: [7, 8],
    xy: Int32Array.of(0, 0, 100, 0, 0, 10, 100, 10),
    rings: Uint32Array.of(0, 4, 8),
    starts: Uint32Array.of(0, 1, 2),
    boxes: Int32Array.of(0, 0, 100, 0, 0, 10, 100, 10),
  }
  const all = () => true
  assert.equal(nearestLine(lines, 50, 3, 6, all).id, 7)
  assert.equal(nearestLine(lines, 50, 7, 6, all).id, 8)
  assert.equal(nearestLine(lines, 50, 30, 6, all).id, null)
  assert.equal(nearestLine(lines, 50, 3, 8, (id) => id === 8).id, 8)
})
