// What lies under the pointer.

export function cellAt(desk, latlng) {
  const id = desk.layers.territory.cellAt(latlng)
  return id === null ? null : (desk.plan.indexOf.get(id) ?? null)
}

export function positionAt(desk, latlng) {
  const cell = cellAt(desk, latlng)
  return cell === null ? null : desk.plan.grid[cell]
}
