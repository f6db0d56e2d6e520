// Moving the line between two grids. `place` holds the middle of each cell, {x, y}, in any plane the caller draws in.
import { brokenBy } from "./contiguity.js"

/**
 * Cells of `donor` that the line pushes over to `receiver`: those near the `way` [[x, y], …] of the pointer and not
 * behind it, as far as they hang together with the receiver. `under` is the cell at the tip, which goes whatever its size.
 */
export function pushed(plan, place, { way, radius, donor, receiver, under = -1 }) {
  const legs = way.slice(1).map((to, i) => nearWay(place, way[i], to, radius, i > 0))
  const isNear = (cell) => legs.some((leg) => leg(cell))
  const near = (cell) => plan.grid[cell] === donor && !plan.frozen?.[cell] && (cell === under || isNear(cell))
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

/** The way of a pointer with a place more: where it comes back, what it went since is forgotten. */
export function wayTo(way, place, step) {
  const isNear = ([x, y]) => Math.hypot(x - place[0], y - place[1]) < step
  const back = way.findIndex((point, i) => i < way.length - 2 && isNear(point))
  const kept = back < 0 ? way : way.slice(0, back + 1)
  return kept.length > 1 && isNear(kept.at(-1)) ? [...kept.slice(0, -1), place] : [...kept, place]
}

/** Is a cell beside the leg a → b? Round a bend (`bends`) also where it lies beyond the first end. */
function nearWay(place, [ax, ay], [bx, by], radius, bends) {
  const [dx, dy] = [bx - ax, by - ay]
  const whole = Math.hypot(dx, dy) || 1
  return (cell) => {
    const along = ((place.x[cell] - ax) * dx + (place.y[cell] - ay) * dy) / whole
    const aside = Math.abs((place.x[cell] - ax) * dy - (place.y[cell] - ay) * dx) / whole
    if (bends && Math.hypot(place.x[cell] - ax, place.y[cell] - ay) <= radius) return true
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
      if (
        cell < 0 ||
        other < 0 ||
        plan.frozen?.[cell] ||
        plan.grid[cell] !== donor ||
        plan.grid[other] !== receiver
      )
        continue
      metres.set(cell, (metres.get(cell) ?? 0) + plan.sharedM[i])
    }
  }
  const longestFirst = [...metres].sort(([, one], [, other]) => other - one)
  const moves = longestFirst.map(([cell]) => [[cell, donor, receiver]])
  return moves.find((one) => !brokenBy(plan.graph, plan.grid, one, plan.households).length) ?? []
}
