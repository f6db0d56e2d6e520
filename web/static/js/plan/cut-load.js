// Who would live where, were the ground cut along a drawn line: building by building, none halved. Only for showing
// before the button is let go; the server cuts.
import { inPolygon } from "../geometry.js"
import { sideOf } from "./cut.js"
import { isHeld } from "./model.js"

/** Households on both sides of `line` [[x, y], …] in grid `grid`: {keeps, goes, buildings}; the lighter side goes. */
export function cutLoads(plan, ground, grid, line) {
  const sides = { [-1]: { households: 0, buildings: 0 }, 1: { households: 0, buildings: 0 } }
  ground.cell.forEach((cell, i) => {
    if (plan.grid[cell] !== grid) return
    const side = sides[sideOf(line, ground.x[i], ground.y[i])]
    side.households += ground.households[i]
    side.buildings += 1
  })
  const [light, heavy] = [sides[-1], sides[1]].sort((one, other) => one.households - other.households)
  return { keeps: heavy.households, goes: light.households, buildings: light.buildings }
}

/** What the ground inside `ring` [x0, y0, x1, y1, …] brings to grid `to`: [{position, before, after, cells}], buildings, households. */
export function ringLoads(plan, ground, ring, to) {
  const gives = new Map()
  const load = { buildings: 0, households: 0 }
  ground.cell.forEach((cell, i) => {
    const from = plan.grid[cell]
    if (cell === undefined || from === to || isHeld(plan, cell)) return
    if (!inPolygon(ring, ground.x[i], ground.y[i])) return
    gives.set(from, (gives.get(from) ?? 0) + ground.households[i])
    load.buildings += 1
    load.households += ground.households[i]
  })
  const state = (position, by) => {
    const before = plan.totals.households[position]
    return { position, before, after: before + by, cells: plan.totals.cells[position] || 1 }
  }
  const touched = [state(to, load.households), ...[...gives].map(([grid, n]) => state(grid, -n))]
  return { ...load, touched }
}
