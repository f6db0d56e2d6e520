// What this page wants of a plan beyond what the server has: cell id -> name of its grid; and how to make it so again.
import { makesGrid, newGrid } from "./grids.js"
import { difference, emptiedBy } from "./model.js"

/** A grid by its position; one that the server never saw has none that means anything there. */
const nameOf = (grid) => (grid.isUnborn ? `new ${grid.position}` : grid.position)

/** What was changed here since the plan was opened or last saved. */
export function wantedOf(plan) {
  const wanted = new Map()
  for (let cell = 0; cell < plan.grid.length; cell++) {
    if (plan.grid[cell] !== plan.saved[cell]) wanted.set(plan.ids[cell], nameOf(plan.grids[plan.grid[cell]]))
  }
  return wanted
}

/** The gesture that such moves are: they may make a grid, or leave one without a cell. */
export function kindOf(plan, moves) {
  if (makesGrid(plan, moves)) return "split"
  return emptiedBy(plan, moves) === undefined ? "brush" : "merge"
}

/** The moves that bring `plan` to what was wanted; cells and grids that are gone stay out. */
export function movesOnto(plan, wanted) {
  const target = plan.grid.slice()
  const gridOf = (name) => (typeof name === "string" ? newGrid(plan) : plan.indexOfGrid.get(name))
  for (const [id, name] of wanted) {
    const cell = plan.indexOf.get(id)
    const grid = cell === undefined ? undefined : gridOf(name)
    if (cell !== undefined && grid !== undefined) target[cell] = grid
  }
  return difference(plan, target)
}
