// What one touch of a painting tool takes: a building's cell, its block between streets, or its whole compound.

/** Block of each cell: cells that hang together without a street, river, rail or wall between them. */
export function blocksOf(plan) {
  const lead = Int32Array.from(plan.grid.keys())
  const root = (cell) => {
    while (lead[cell] !== cell) cell = lead[cell] = lead[lead[cell]]
    return cell
  }
  for (let i = 0; i < plan.borderA.length; i++)
    if (plan.borderB[i] >= 0 && plan.barrier[i] === 0) lead[root(plan.borderA[i])] = root(plan.borderB[i])
  return lead.map((_, cell) => root(cell))
}

/** `cells` with all others of their blocks. */
export function wholeBlocks(plan, cells) {
  plan.blocks ??= blocksOf(plan)
  const wanted = new Set(cells.map((cell) => plan.blocks[cell]))
  return cells.length ? [...plan.blocks.keys()].filter((cell) => wanted.has(plan.blocks[cell])) : []
}

/** `cells` with all others of their compounds; `ground` is from standing() below, null while it is not known. */
export function wholeCompounds(ground, cells) {
  const taken = new Set(cells)
  for (const cell of cells)
    for (const compound of ground?.compoundsOf.get(cell) ?? [])
      for (const other of ground.cellsOf.get(compound)) taken.add(other)
  return [...taken]
}

/** The buildings of GET /api/plans/<id>/buildings by the cells of `plan`. */
export function standing(plan, { buildings, compounds, unplaced }) {
  const cell = buildings.cell.map((id) => plan.indexOf.get(id))
  const ground = { ...buildings, cell, unplaced, compoundsOf: new Map(), cellsOf: new Map() }
  ground.names = new Map(compounds.map(({ id, name }) => [id, name]))
  const into = (map, key, value) => map.set(key, (map.get(key) ?? new Set()).add(value))
  buildings.compound.forEach((compound, i) => {
    if (compound === null || cell[i] === undefined) return
    into(ground.compoundsOf, cell[i], compound)
    into(ground.cellsOf, compound, cell[i])
  })
  return ground
}
