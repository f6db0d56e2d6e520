// Where the names of streets go: along the longest straight stretch of each street in view.
import { lineLength, pointAlong } from "../geometry.js"
import { streetSetting } from "./label-placing.js"

const FROM_ZOOM = { arterial: 14, collector: 15, lane: 17, path: 19 }
const RANK = { arterial: 0, collector: 1, lane: 2, path: 3 }
const APART_PX = 420
const BEND = 0.965

export const isChinese = (text) => /[\u3400-\u9fff]/.test(text)

/** Stretches of named streets in the tiles on screen: [{name, rank, xy}] in the world's pixels at the map's zoom. */
export function namedStretches(stage, zoom) {
  if (!stage.ground) return []
  const stretches = []
  for (const { features, place } of stage.tilesOf(stage.ground)) {
    const streets = features.street
    if (!streets) continue
    for (let i = 0; i < streets.n; i++) {
      const name = streets.values.name[i]
      const kind = streets.values.class[i]
      if (!name || zoom < (FROM_ZOOM[kind] ?? 20)) continue
      for (const xy of linesOf(streets, i, place, stage.scale))
        stretches.push({ name, rank: RANK[kind], xy, length: lineLength(xy) })
    }
  }
  return joinTouching(stretches).sort((one, other) => one.rank - other.rank || other.length - one.length)
}

function linesOf(streets, i, { unit, left, top }, scale) {
  const lines = []
  for (let r = streets.starts[i]; r < streets.starts[i + 1]; r++) {
    const xy = []
    for (let q = streets.rings[r]; q < streets.rings[r + 1]; q += 2) {
      xy.push((streets.xy[q] * unit + left) * scale, (streets.xy[q + 1] * unit + top) * scale)
    }
    lines.push(xy)
  }
  return lines
}

/** Pieces of one name that meet end to end become one stretch (a street is many ways, and tiles cut them). */
function joinTouching(stretches) {
  const ends = new Map()
  const key = (name, x, y) => `${name} ${Math.round(x / 4)} ${Math.round(y / 4)}`
  const open = []
  for (const stretch of stretches.sort((one, other) => other.length - one.length)) {
    const { name, xy } = stretch
    const head = ends.get(key(name, xy[0], xy[1]))
    const tail = ends.get(key(name, xy.at(-2), xy.at(-1)))
    if (head && !head.closed) extend(head, xy, ends, key)
    else if (tail && !tail.closed) extend(tail, reversed(xy), ends, key)
    else {
      open.push(stretch)
      ends.set(key(name, xy.at(-2), xy.at(-1)), stretch)
    }
  }
  return open.map((stretch) => ({ ...stretch, length: lineLength(stretch.xy) }))
}

function extend(stretch, xy, ends, key) {
  stretch.xy = [...stretch.xy, ...xy.slice(2)]
  if (stretch.xy.length > 400) stretch.closed = true
  ends.set(key(stretch.name, xy.at(-2), xy.at(-1)), stretch)
}

function reversed(xy) {
  const back = []
  for (let i = xy.length - 2; i >= 0; i -= 2) back.push(xy[i], xy[i + 1])
  return back
}

/** Places for a name of `width` px on a stretch, best first: {x, y, angle, stacked}. */
export function placesOn(stretch, width) {
  const room = stretch.length - width - 12
  if (room < 0) return []
  const places = []
  for (const share of [0.5, 0.3, 0.7, 0.12, 0.88]) {
    const middle = width / 2 + 6 + room * share
    const from = pointAlong(stretch.xy, middle - width / 2)
    const to = pointAlong(stretch.xy, middle + width / 2)
    const chord = Math.hypot(to.x - from.x, to.y - from.y)
    if (chord < BEND * width) continue
    const angle = Math.atan2(to.y - from.y, to.x - from.x)
    places.push({
      x: (from.x + to.x) / 2,
      y: (from.y + to.y) / 2,
      ...streetSetting(angle, isChinese(stretch.name)),
    })
  }
  return places
}

/** Remembers where each name stands, so that it is not repeated within sight. */
export function spacing() {
  const set = new Map()
  return {
    isFar: (name, x, y) =>
      (set.get(name) ?? []).every((place) => Math.hypot(place.x - x, place.y - y) > APART_PX),
    add: (name, x, y) => set.set(name, [...(set.get(name) ?? []), { x, y }]),
  }
}
