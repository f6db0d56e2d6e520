// Keeps the map in step with the plan: colours, labels, where to look.
import { boundsOf } from "../geometry.js"
import { fit } from "../map/map-buttons.js"
import { listen, tell } from "./desk.js"
import { gridLabels, roomiest } from "./grid-labels.js"
import { territoryView } from "./view.js"

const FARTHEST_IN = 18

export function bindMapView(desk) {
  let places = []
  const label = () => desk.labels.show(gridLabels(desk, desk.preview ? placesIn(desk, places) : places))
  const all = () => desk.plan.grids.map((_, position) => position)
  listen(desk, "plan-opened", () => {
    places = roomiest(desk.plan, all())
    desk.layers.territory.show(desk.plan.tiles ?? desk.plan.cell_set, territoryView(desk))
    label()
  })
  listen(desk, "plan-changed", ({ positions }) => {
    places = roomiest(desk.plan, positions, places)
    desk.layers.territory.recolour()
    label()
  })
  listen(desk, "selected grids-changed view-chosen", () => {
    desk.layers.territory.recolour()
    label()
  })
  listen(desk, "preview-changed", label)
  listen(desk, "zoom-to", ({ positions, onlyIfHidden }) => lookAt(desk, positions, onlyIfHidden))
  bindColours(desk)
}

/** Where labels stand when the previewed moves are made: only grids that change are looked at again. */
function placesIn(desk, places) {
  const grid = desk.plan.grid.slice()
  for (const [cell, to] of desk.preview.wanted) grid[cell] = to
  const touched = new Set(desk.preview.moves.flatMap(([, from, to]) => [from, to]))
  return roomiest({ ...desk.plan, grid }, [...touched], places)
}

function bindColours(desk) {
  const buttons = document.querySelectorAll("[data-view]")
  for (const button of buttons) {
    button.addEventListener("click", () => {
      desk.coloursBy = button.dataset.view
      for (const one of buttons) one.setAttribute("aria-pressed", String(one === button))
      tell(desk, "view-chosen")
    })
  }
}

function lookAt(desk, positions, onlyIfHidden) {
  const cells = [...desk.plan.grid.keys()].filter((cell) => positions.includes(desk.plan.grid[cell]))
  const box = boundsOf(
    cells.map((cell) => desk.plan.x[cell]),
    cells.map((cell) => desk.plan.y[cell]),
  )
  if (!box) return
  const view = desk.map.getBounds()
  const isSeen = view.contains([
    [box[1], box[0]],
    [box[3], box[2]],
  ])
  if (!onlyIfHidden || !isSeen) fit(desk.map, box, { maxZoom: FARTHEST_IN, padding: [80, 80] })
}
