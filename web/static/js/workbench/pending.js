// The moves under way: their cells wear the new colour under a hatch until the button is let go.

/** Replace the moves under way; repaints what differs. */
export function setPending(desk, moves) {
  const before = [...desk.pending.keys()]
  desk.pending = new Map(moves.map((move) => [move[0], move]))
  const changed = [...new Set([...before, ...desk.pending.keys()])]
  if (changed.length) desk.layers.territory.recolour(changed.map((cell) => desk.plan.ids[cell]))
}

/** The middles of all cells on the screen as it is now: {x, y}. */
export function placesOnScreen(desk) {
  const { plan, map } = desk
  const x = new Float64Array(plan.grid.length)
  const y = new Float64Array(plan.grid.length)
  for (let cell = 0; cell < plan.grid.length; cell++) {
    const point = map.latLngToContainerPoint([plan.y[cell], plan.x[cell]])
    x[cell] = point.x
    y[cell] = point.y
  }
  return { x, y }
}
