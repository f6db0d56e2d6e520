// Why a plan cannot be balanced, on the map: the cells meant under a cross-hatch, the sentence where they are.
import { el, icon } from "../dom.js"
import { t } from "../language.js"
import { boundsOf } from "../geometry.js"
import { fit } from "../map/map-buttons.js"
import { listen } from "./desk.js"

const L = window.L
const MOST_TIPS = 6

export function bindReasons(desk) {
  desk.blamed = new Set()
  const tips = L.layerGroup().addTo(desk.map)
  desk.showReasons = (reasons) => put(desk, tips, reasons)
  listen(desk, "preview-changed plan-changed plan-opened", () => !desk.preview && put(desk, tips, []))
}

function put(desk, tips, reasons) {
  tips.clearLayers()
  const changed = new Set(desk.blamed)
  desk.blamed = new Set(reasons.flatMap((reason) => reason.cells.map((id) => desk.plan.indexOf.get(id))))
  for (const cell of desk.blamed) changed.add(cell)
  for (const reason of reasons.slice(0, MOST_TIPS)) {
    const cells = cellsOf(desk, reason)
    if (cells.length) tips.addLayer(tip(desk, cells, reason.message))
  }
  if (changed.size)
    desk.layers.territory.recolour([...changed].filter((c) => c !== undefined).map((c) => desk.plan.ids[c]))
}

/** The cells a reason names, else all cells of its grids. */
function cellsOf({ plan }, { cells, grids }) {
  if (cells.length) return cells.map((id) => plan.indexOf.get(id)).filter((cell) => cell !== undefined)
  const meant = new Set(grids.map((position) => plan.indexOfGrid.get(position)))
  return [...plan.grid.keys()].filter((cell) => meant.has(plan.grid[cell]))
}

function tip(desk, cells, message) {
  const mean = (column) => cells.reduce((sum, cell) => sum + column[cell], 0) / cells.length
  const words = el("span", {}, icon("warn"), message)
  return L.tooltip({ permanent: true, direction: "top", className: "reason-tip", interactive: false })
    .setLatLng([mean(desk.plan.y), mean(desk.plan.x)])
    .setContent(words)
}

/** A sentence with a button that looks at its place. */
export function reasonLine(desk, reason) {
  const cells = cellsOf(desk, reason)
  const look = () => {
    const column = (name) => cells.map((cell) => desk.plan[name][cell])
    fit(desk.map, boundsOf(column("x"), column("y")), { maxZoom: 18, padding: [80, 80] })
  }
  return el(
    "p",
    { class: "caption tone-warn reason" },
    el("span", { class: "grow" }, reason.message),
    cells.length > 0 &&
      el("button", { type: "button", class: "link", onclick: look }, icon("zoom-to"), t("common.zoom_to")),
  )
}
