// The comparison as the map shows it: what is coloured, hatched, labelled, pointed out.
import assert from "node:assert/strict"
import { test } from "node:test"

globalThis.document = { documentElement: { dataset: { language: "zh" } }, querySelector: () => null }
globalThis.window = { L: { Layer: class {}, setOptions() {}, GridLayer: class {} } }
globalThis.L = globalThis.window.L
globalThis.fetch = async () =>
  new Response(
    JSON.stringify({ "common.n_households": "{n} 户", "comparison.move": "{buildings} 栋 {households} 户" }),
    {
      headers: { "Content-Type": "application/json" },
    },
  )
globalThis.location = { search: "" }

const { arrowsOf, differencePicture, labelsOf, mixWithWhite, planPicture } =
  await import("../../web/static/js/compare/picture.js")
const { addressOf, asked } = await import("../../web/static/js/compare/choice.js")
const { boundsOf, linesOf } = await import("../../web/static/js/map/comparison-layer.js")

const square = (x) => ({
  type: "Polygon",
  coordinates: [
    [
      [x, 0],
      [x + 1, 0],
      [x + 1, 1],
      [x, 0],
    ],
  ],
})
const side = (households) => ({ households, leader: "甲" })
const told = {
  grids: [
    { code: "a001", fate: "kept", colour: 0, before: side(400), after: side(400) },
    { code: "a002", fate: "changed", colour: 1, before: side(500), after: side(450) },
    { code: "a003", fate: "new", colour: 2, before: null, after: side(50) },
  ],
  flows: [{ before: "a002", after: "a003", households: 50, houses: [{ id: 1 }, { id: 2 }] }],
  map: {
    before: [
      { code: "a001", geometry: square(0), label: [0, 0, 100] },
      { code: "a002", geometry: square(1), label: [1, 0, 100] },
    ],
    after: [
      { code: "a001", geometry: square(0), label: [0, 0, 100] },
      { code: "a002", geometry: square(1), label: [1, 0, 100] },
      { code: "a003", geometry: square(2), label: [2, 0, 50] },
    ],
    gone: { type: "MultiLineString", coordinates: [] },
    moved: [
      {
        before: "a002",
        after: "a003",
        geometry: square(2),
        arrow: [
          [1, 0],
          [2, 0],
        ],
      },
    ],
  },
}

test("grids that stay are white, the others keep a part of their colour", () => {
  const { grids } = differencePicture(told, null)
  assert.equal(grids[0].fill, "#fafbf9")
  assert.equal(grids[0].edge, undefined)
  assert.match(grids[1].fill, /^rgb/)
  assert.notEqual(grids[1].fill, grids[2].fill)
})

test("moved ground is hatched in the colour of the grid it goes to", () => {
  const { moved } = differencePicture(told, null)
  assert.equal(moved[0].pattern, "move")
  assert.equal(moved[0].fill, "#c5cdad")
  assert.equal(planPicture(told, "before", null).moved[0].fill, "#b2caf2")
})

test("the selected grid is outlined in both plans, where it is", () => {
  assert.equal(differencePicture(told, "a003").selected, told.map.after[2].geometry)
  assert.equal(planPicture(told, "before", "a003").selected, null)
})

test("labels tell households before and after of grids that change, first", () => {
  const labels = labelsOf(told, "after", { both: true, selected: null })
  assert.deepEqual(
    labels.map(({ code, below }) => [code, below]),
    [
      ["002", "500 → 450"],
      ["003", "– → 50"],
      ["001", ""],
    ],
  )
  assert.equal(labelsOf(told, "before", { both: false, selected: null }).at(-1).below, "400 户")
})

test("an arrow names buildings and households; ground without buildings has none", () => {
  assert.deepEqual(arrowsOf(told), [{ from: [1, 0], to: [2, 0], words: "2 栋 50 户" }])
  assert.deepEqual(arrowsOf({ ...told, flows: [] }), [])
})

test("a colour mixed with white", () => {
  assert.equal(mixWithWhite("#000000", 0.5), "rgb(128,128,128)")
  assert.equal(mixWithWhite("#ffffff"), "rgb(255,255,255)")
})

test("the address names both plans", () => {
  assert.deepEqual(asked("?plan=12&with=3"), { plan: 12, other: "3" })
  assert.deepEqual(asked("?plan=12"), { plan: 12, other: "force" })
  assert.deepEqual(asked("?plan=x"), { plan: null, other: "force" })
  assert.equal(addressOf(12, 3), "/plans/compare?plan=12&with=3")
})

test("lines of all kinds of geometry, and their bounds", () => {
  assert.equal(linesOf(square(0))[0].closed, true)
  assert.equal(
    linesOf({
      type: "MultiLineString",
      coordinates: [
        [
          [0, 0],
          [1, 1],
        ],
      ],
    })[0].closed,
    false,
  )
  const both = { type: "GeometryCollection", geometries: [square(0), square(4)] }
  assert.equal(linesOf(both).length, 2)
  assert.deepEqual(boundsOf([both]), [0, 0, 5, 1])
})
