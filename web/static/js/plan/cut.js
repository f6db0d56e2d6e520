// Cutting a grid in two along cell borders: each cell goes by the side of the line its middle is on.

/** -1 or 1: the side of the line [[x, y], …] that a place is on; beyond its ends the line goes straight on. */
export function sideOf(line, x, y) {
  let best = { distance: Infinity, side: 1 }
  for (let i = 1; i < line.length; i++) {
    const [[ax, ay], [bx, by]] = [line[i - 1], line[i]]
    const [dx, dy] = [bx - ax, by - ay]
    const whole = dx * dx + dy * dy
    if (!whole) continue
    const along = ((x - ax) * dx + (y - ay) * dy) / whole
    const low = i === 1 ? -Infinity : 0
    const high = i === line.length - 1 ? Infinity : 1
    const at = Math.max(low, Math.min(high, along))
    const distance = Math.hypot(x - ax - at * dx, y - ay - at * dy)
    if (distance < best.distance) best = { distance, side: dx * (y - ay) - dy * (x - ax) < 0 ? -1 : 1 }
  }
  return best.side
}

/** Cells of `grid` on the lighter side of the line: they become the new grid. Empty when all are on one side. */
export function cutOff(plan, place, grid, line) {
  const sides = { [-1]: [], 1: [] }
  for (let cell = 0; cell < plan.grid.length; cell++)
    if (plan.grid[cell] === grid) sides[sideOf(line, place.x[cell], place.y[cell])].push(cell)
  const [one, other] = [sides[-1], sides[1]]
  if (!one.length || !other.length) return []
  return weigh(plan, one) < weigh(plan, other) ? one : other
}

const weigh = (plan, cells) => cells.reduce((sum, cell) => sum + plan.households[cell], 0)

/** The western ("x") or southern ("y") cells of `grid` with as near to half its households as a straight line gives. */
export function half(plan, grid, axis) {
  const own = [...plan.grid.keys()].filter((cell) => plan.grid[cell] === grid)
  own.sort((one, other) => plan[axis][one] - plan[axis][other])
  let sum = 0
  let best = { miss: Infinity, n: 0 }
  own.slice(0, -1).forEach((cell, i) => {
    sum += plan.households[cell]
    const miss = Math.abs(2 * sum - plan.totals.households[grid])
    if (miss < best.miss) best = { miss, n: i + 1 }
  })
  return own.slice(0, best.n)
}
