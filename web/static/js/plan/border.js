// Moving the line between two grids. `place` holds the middle of each cell, {x, y}, in any plane the caller draws in.
import { brokenBy } from "./contiguity.js"

/**
 * Cells of `donor` that the line pushes over to `receiver`: those near the way `from` → `to` and not behind it, as far
 * as they hang together with the receiver. `under` is the cell at the tip, which goes whatever its size.
 */
export function pushed(plan, place, { from, to, radius, donor, receiver, under = -1 }) {
  const isNear = nearWay(place, from, to, radius)
  const near = (cell) => plan.grid[cell] === donor && (cell === under || isNear(cell))
  const { start, to: beside } = plan.graph
  const taken = new Set()
  const front = []
  for (let cell = 0; cell < plan.grid.length; cell++) if (plan.grid[cell] === receiver) front.push(cell)
  while (front.length) {
    const cell = front.pop()
    for (let q = start[cell]; q < start[cell + 1]; q++) {
      if (taken.has(beside[q]) || !near(beside[q])) continue
      taken.add(beside[q])
      front.push(beside[q])
    }
  }
  return [...taken].map((cell) => [cell, donor, receiver])
}

function nearWay(place, [ax, ay], [bx, by], radius) {
  const [dx, dy] = [bx - ax, by - ay]
  const whole = Math.hypot(dx, dy) || 1
  return (cell) => {
    const along = ((place.x[cell] - ax) * dx + (place.y[cell] - ay) * dy) / whole
    const aside = Math.abs((place.x[cell] - ax) * dy - (place.y[cell] - ay) * dx) / whole
    return along >= 0 && along <= whole && aside <= radius
  }
}

/** One cell over the line from `donor` to `receiver`: of those that leave both in one piece the one with the longest line. */
export function nudge(plan, donor, receiver) {
  const metres = new Map()
  for (let i = 0; i < plan.borderA.length; i++) {
    for (const [cell, other] of [
      [plan.borderA[i], plan.borderB[i]],
      [plan.borderB[i], plan.borderA[i]],
    ]) {
      if (cell < 0 || other < 0 || plan.grid[cell] !== donor || plan.grid[other] !== receiver) continue
      metres.set(cell, (metres.get(cell) ?? 0) + plan.sharedM[i])
    }
  }
  const longestFirst = [...metres].sort(([, one], [, other]) => other - one)
  const moves = longestFirst.map(([cell]) => [[cell, donor, receiver]])
  return moves.find((one) => !brokenBy(plan.graph, plan.grid, one, plan.households).length) ?? []
}
