// What every map page of the district starts with: the view, the buttons, the grids' codes.
import { rowsOf } from "../columns.js"
import { district } from "../district.js"
import { bindDrawer } from "../drawer.js"
import { shortCode } from "../number-format.js"
import { request } from "../request.js"
import { LabelLayer } from "./label-layer.js"
import { bindMapButtons, fit } from "./map-buttons.js"

/** Grids as a calm ground: all alike, thin lines; the page's own layer makes the statement. */
const CALM = {
  isCalm: true,
  paintOf: () => ({ fill: "#fafbf9", edge: null, patterns: [] }),
  selected: null,
  isOut: () => false,
}

const labelOf = (grid, below) => ({
  lat: grid.y,
  lng: grid.x,
  code: shortCode(grid.code),
  radiusM: grid.radius_m,
  tone: "ok",
  below,
})

/**
 * Show the district on the map; answers {project, totals, units, grids: rows, label}.
 * `label(below)` writes `below(grid)` under each grid's code.
 */
export async function startMapPage(map, layers) {
  const [answer, columns] = await Promise.all([district(), request("/api/district/grids")])
  const grids = rowsOf(columns)
  bindDrawer()
  bindMapButtons(map, () => answer.bounds)
  if (answer.bounds) fit(map, answer.bounds)
  layers.district?.show(CALM)
  const labels = new LabelLayer().addTo(map)
  const label = (below) => labels.show(grids.map((grid) => labelOf(grid, below(grid))))
  label(() => "")
  return { ...answer, grids, label }
}
