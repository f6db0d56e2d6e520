// From the server's comparison to what the map shows: the difference, or one of the two plans as it stands.
import { t } from "../language.js"
import { CATEGORIES } from "../map/palette.js"
import { count, shortCode } from "../number-format.js"

const UNCHANGED = "#fafbf9"
const KEPT_SHARE = 0.62

const category = (grid) => CATEGORIES[(grid?.colour ?? 0) % CATEGORIES.length]

export function mixWithWhite(colour, share = KEPT_SHARE) {
  const part = (i) => Math.round(255 - (255 - parseInt(colour.slice(i, i + 2), 16)) * share)
  return `rgb(${part(1)},${part(3)},${part(5)})`
}

export const gridsByCode = (told) => new Map(told.grids.map((grid) => [grid.code, grid]))

const isTouched = (grid) => grid.fate !== "kept"

/** Grids that change keep a part of their colour, the others go white; moved ground is hatched. */
export function differencePicture(told, selected) {
  const byCode = gridsByCode(told)
  return {
    grids: told.map.after.map(({ code, geometry }) => {
      const grid = byCode.get(code)
      const { fill, edge } = category(grid)
      return isTouched(grid) ? { geometry, fill: mixWithWhite(fill), edge } : { geometry, fill: UNCHANGED }
    }),
    moved: movedGround(told, byCode),
    gone: told.map.gone,
    selected: outlineOf(told, selected),
  }
}

const movedGround = (told, byCode) =>
  told.map.moved.map(({ geometry, after }) => ({
    geometry,
    fill: category(byCode.get(after)).fill,
    pattern: "move",
  }))

function outlineOf(told, code) {
  const found = [...told.map.after, ...told.map.before].find((one) => one.code === code)
  return found?.geometry ?? null
}

/** One plan as it stands; the ground that moves is hatched in both. */
export function planPicture(told, side, selected) {
  const byCode = gridsByCode(told)
  return {
    grids: told.map[side].map(({ code, geometry }) => ({ geometry, ...category(byCode.get(code)) })),
    moved: told.map.moved.map((piece) => ({
      geometry: piece.geometry,
      fill: category(byCode.get(piece[side])).fill,
      pattern: "move",
    })),
    gone: null,
    selected: told.map[side].find((one) => one.code === selected)?.geometry ?? null,
  }
}

/** Labels of the grids of one side; `both` writes households before → after under those that change. */
export function labelsOf(told, side, { both, selected }) {
  const byCode = gridsByCode(told)
  return told.map[side]
    .map(({ code, label: [lng, lat, radiusM] }) => {
      const grid = byCode.get(code)
      return {
        lat,
        lng,
        radiusM,
        code: shortCode(code),
        tone: "ok",
        selected: code === selected,
        isTouched: isTouched(grid),
        below: both ? change(grid) : t("common.n_households", { n: count(grid[side].households) }),
      }
    })
    .sort((one, other) => other.isTouched - one.isTouched)
}

function change(grid) {
  if (!isTouched(grid)) return ""
  return `${count(grid.before?.households)} → ${count(grid.after?.households)}`
}

/** An arrow for each flow of buildings, where its ground lies. */
export function arrowsOf(told) {
  const flows = new Map(told.flows.map((flow) => [`${flow.before} ${flow.after}`, flow]))
  return told.map.moved
    .map(({ before, after, arrow }) => ({ arrow, flow: flows.get(`${before} ${after}`) }))
    .filter(({ flow }) => flow)
    .sort((one, other) => other.flow.households - one.flow.households)
    .map(({ arrow, flow }) => ({
      from: arrow[0],
      to: arrow[1],
      words: t("comparison.move", {
        buildings: count(flow.houses.length),
        households: count(flow.households),
      }),
    }))
}
