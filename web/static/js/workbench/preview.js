// Moves shown but not made: the cells in their new colour under a hatch, the labels with the figures to come.
import { effect } from "../plan/model.js"
import { tell } from "./desk.js"

export function showPreview(desk, moves) {
  const households = Float64Array.from(desk.plan.totals.households)
  const cells = Float64Array.from(desk.plan.totals.cells)
  for (const touched of effect(desk.plan, moves).values()) {
    households[touched.position] = touched.after
    cells[touched.position] = touched.cells
  }
  desk.preview = { moves, wanted: new Map(moves.map(([cell, , to]) => [cell, to])), households, cells }
  desk.layers.territory.recolour()
  tell(desk, "preview-changed")
}

export function clearPreview(desk) {
  if (!desk.preview) return
  desk.preview = null
  desk.layers.territory.recolour()
  tell(desk, "preview-changed")
}
