// Open incidents of a plan's grids as sums over cells: instant while borders move.

/** Open and overdue incidents of every cell, from the columns of /api/plans/<id>/incidents. */
export function openOf(plan, { id, open, overdue }) {
  const column = { open: new Float64Array(plan.ids.length), overdue: new Float64Array(plan.ids.length) }
  id.forEach((cell, i) => {
    const at = plan.indexOf.get(cell)
    if (at === undefined) return
    column.open[at] = open[i]
    column.overdue[at] = overdue[i]
  })
  return column
}

/** Open and overdue incidents of each grid, with `moves` [cell, from, to] made: [{open, overdue}]. */
export function openByGrid(plan, column, moves = []) {
  const wanted = new Map(moves.map(([cell, , to]) => [cell, to]))
  const sums = plan.grids.map(() => ({ open: 0, overdue: 0 }))
  for (let cell = 0; cell < plan.grid.length; cell++) {
    if (!column.open[cell]) continue
    const grid = sums[wanted.get(cell) ?? plan.grid[cell]]
    grid.open += column.open[cell]
    grid.overdue += column.overdue[cell]
  }
  return sums
}
