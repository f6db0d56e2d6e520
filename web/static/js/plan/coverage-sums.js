// Coverage of a plan's grids as sums over cells: instant while borders move.

/** Covered households of every cell of the plan, from the columns of /api/plans/<id>/coverage. */
export function coveredOf(plan, { id, covered }) {
  const column = new Float64Array(plan.ids.length)
  id.forEach((cell, i) => {
    const at = plan.indexOf.get(cell)
    if (at !== undefined) column[at] = covered[i]
  })
  return column
}

/** Households and covered households of each grid, with `moves` [cell, from, to] made: [{households, covered}]. */
export function gridsCovered(plan, covered, moves = []) {
  const wanted = new Map(moves.map(([cell, , to]) => [cell, to]))
  const sums = plan.grids.map(() => ({ households: 0, covered: 0 }))
  for (let cell = 0; cell < plan.grid.length; cell++) {
    const grid = sums[wanted.get(cell) ?? plan.grid[cell]]
    grid.households += plan.households[cell]
    grid.covered += covered[cell]
  }
  return sums
}

/** Per cent to one decimal; null where nobody lives. */
export const shareOf = ({ households, covered }) =>
  households ? Math.round((1000 * covered) / households) / 10 : null
