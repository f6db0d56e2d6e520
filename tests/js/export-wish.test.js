// What the form of the export asks for.
import assert from "node:assert/strict"
import { test } from "node:test"
import { isOfPlan, refusal, wishOf } from "../../web/static/js/export/wish.js"

const LAYERS = [
  { key: "grids", plan: false },
  { key: "plan_cells", plan: true },
]
const FORM = { what: "grids", plan: "12", format: "gpkg", crs: "4326", epsg: "" }

test("a layer asks for itself, whatever plan the hidden field holds", () => {
  assert.deepEqual(wishOf(FORM, LAYERS), { layers: ["grids"], format: "gpkg", crs: "4326", plan: null })
})

test("a whole plan names no layer; one layer of it names both", () => {
  assert.deepEqual(wishOf({ ...FORM, what: "plan" }, LAYERS).layers, [])
  const cells = wishOf({ ...FORM, what: "plan_cells" }, LAYERS)
  assert.deepEqual([cells.layers, cells.plan], [["plan_cells"], 12])
  assert.equal(isOfPlan("grids", LAYERS), false)
})

test("another CRS is the code that was typed", () => {
  assert.equal(wishOf({ ...FORM, crs: "other", epsg: " 4549 " }, LAYERS).crs, "4549")
})

test("no plan, and GeoJSON in metres, are refused before anything is asked", () => {
  const noPlan = wishOf({ ...FORM, what: "plan", plan: "" }, LAYERS)
  assert.equal(refusal(noPlan, "plan", LAYERS), "export.plan_none")
  const metres = wishOf({ ...FORM, format: "geojson", crs: "4548" }, LAYERS)
  assert.equal(refusal(metres, "grids", LAYERS), "export.geojson_wgs")
  assert.equal(refusal(wishOf(FORM, LAYERS), "grids", LAYERS), null)
})
