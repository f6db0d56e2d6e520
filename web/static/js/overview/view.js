// How the overview's grids look: their class of deviation, and their labels in the order of survival.
import { DEVIATION, deviationClass, tone } from "../map/palette.js"
import { shortCode } from "../number-format.js"

export function districtView(grids, band) {
  const byId = new Map(grids.map((grid) => [grid.grid, grid]))
  return {
    byId,
    selected: null,
    isOut: (id) => ["over", "under"].includes(tone(byId.get(id)?.households ?? band.target, band)),
    paintOf(id) {
      const grid = byId.get(id)
      if (!grid) return null
      const { fill, pattern } = DEVIATION[deviationClass(grid.households, band)]
      return { fill, patterns: pattern ? [pattern] : [] }
    },
  }
}

const URGENCY = { over: 1, under: 1, warn: 2, ok: 3 }

/** Labels: the selected grid first, then those out of band, then the rest. */
export function gridLabels(grids, band, selected) {
  const rank = (label) => (label.selected ? 0 : URGENCY[label.tone])
  return grids
    .map((grid) => ({
      lat: grid.y,
      lng: grid.x,
      code: shortCode(grid.code),
      households: grid.households,
      deviation: grid.households - band.target,
      tone: tone(grid.households, band),
      radiusM: grid.radius_m,
      selected: grid.grid === selected,
    }))
    .sort((one, other) => rank(one) - rank(other))
}
