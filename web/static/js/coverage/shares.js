// Shares of covered households or buildings: which figure is the page's, classes, the order of the table.
const FIELDS = {
  households: { whole: "households", total: "total", walk: "covered", straight: "straight_covered" },
  buildings: {
    whole: "buildings",
    total: "buildings",
    walk: "buildings_covered",
    straight: "buildings_straight",
  },
  elderly: { whole: "elderly", total: "elderly", walk: "elderly_covered", straight: "elderly_straight" },
}

/** Ramp of uncovered households reversed: little coverage is dark. */
export const CLASSES = [
  { below: 50, fill: "#b8663e", name: "very-low" },
  { below: 75, fill: "#de9a5b", name: "low" },
  { below: 90, fill: "#efc382", name: "fair" },
  { below: Infinity, fill: "#f7e3b5", name: "" },
]

export const classOf = (share) => CLASSES.find(({ below }) => share < below) ?? CLASSES[3]

const percentOf = (part, whole) => (whole ? Math.round((1000 * part) / whole) / 10 : null)

/**
 * Figures of a unit (or of the whole answer) in the chosen denominator and mode:
 * {whole, served, left, share, other}; `other` is the share of the measure that is only compared.
 */
export function figures(unit, { count = "households", mode = "walk" } = {}) {
  const names = FIELDS[count]
  const whole = unit[names.whole] ?? unit[names.total]
  const [own, compared] = mode === "radius" ? ["straight", "walk"] : ["walk", "straight"]
  const served = unit[names[own]]
  return {
    whole,
    served,
    left: whole - served,
    share: percentOf(served, whole),
    other: percentOf(unit[names[compared]], whole),
    otherServed: unit[names[compared]],
  }
}

/** Units with their figures, worst first; units in which nobody lives last. */
export const worstFirst = (units, choice) =>
  units
    .map((unit) => ({ unit, ...figures(unit, choice) }))
    .sort((a, b) => (a.share ?? 101) - (b.share ?? 101) || b.left - a.left)

/** The unit of a level that a grid belongs to, as id -> share; the grid itself at its own level. */
export function shareOfGrid(answer, level, parents, choice) {
  if (level === "grids") return new Map(answer.grids.map((grid) => [grid.grid, figures(grid, choice).share]))
  const shares = new Map(answer[level].map((unit) => [unit.unit, figures(unit, choice).share]))
  return new Map([...parents].map(([grid, ancestors]) => [grid, shares.get(ancestors[level]) ?? null]))
}

/** grid id -> {communities, streets}: the units above each grid. */
export function parentsOf(grids, units) {
  const byId = new Map(units.map((unit) => [unit.id, unit]))
  const above = (id, role) => {
    let unit = byId.get(id)
    while (unit && unit.role !== role) unit = byId.get(unit.parent)
    return unit?.id ?? null
  }
  return new Map(
    grids.map(({ grid, unit }) => [
      grid,
      { communities: above(unit, "community"), streets: above(unit, "street") },
    ]),
  )
}

/** Boxes [w, s, e, n] round a place, so wide that a grid of its size fills the map. */
export const boxRound = ({ x, y, radius_m: radius }) => {
  const lat = Math.max(3 * (radius || 60), 150) / 111320
  const lon = lat / Math.cos((y * Math.PI) / 180)
  return [x - lon, y - lat, x + lon, y + lat]
}
