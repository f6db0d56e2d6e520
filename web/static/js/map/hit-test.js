// Which feature lies under the pointer, from the decoded tiles on screen. Points are in the tiles' pixels (stage.toTiles).
import { discTouchesRing, inRing, segmentDistance } from "../geometry.js"

/** Is the point (x, y), in tile units, inside feature `i`? Holes count by the even-odd rule over all rings. */
export function contains(features, i, x, y) {
  const [left, top, right, bottom] = features.boxes.subarray(4 * i, 4 * i + 4)
  if (x < left || x > right || y < top || y > bottom) return false
  let inside = false
  for (let r = features.starts[i]; r < features.starts[i + 1]; r++) {
    if (inRing(features.xy, features.rings[r], features.rings[r + 1], x, y)) inside = !inside
  }
  return inside
}

/** Id of the feature of `layer` under `point`, null when there is none. */
export function featureAt(stage, source, layer, point) {
  for (const { features, place } of stage.tilesOf(source)) {
    const found = features[layer]
    if (!found) continue
    const x = (point.x - place.left) / place.unit
    const y = (point.y - place.top) / place.unit
    if (x < 0 || y < 0 || x > 4096 || y > 4096) continue
    for (let i = 0; i < found.n; i++) if (contains(found, i, x, y)) return found.ids[i]
  }
  return null
}

/** Ids of the cells that hold `point`, or whose middle the disc holds. */
export function cellsInDisc(stage, source, point, radius) {
  const ids = new Set()
  for (const { features, place } of stage.tilesOf(source)) {
    if (!features.cell) continue
    const x = (point.x - place.left) / place.unit
    const y = (point.y - place.top) / place.unit
    for (const id of discHits(features.cell, x, y, radius / place.unit)) ids.add(id)
  }
  return [...ids]
}

/** Ids of the features that hold (x, y), or whose box has its middle within `radius` and which the disc touches. */
export function discHits(features, x, y, radius) {
  const ids = []
  for (let i = 0; i < features.n; i++) {
    const [left, top, right, bottom] = features.boxes.subarray(4 * i, 4 * i + 4)
    if (x + radius < left || x - radius > right || y + radius < top || y - radius > bottom) continue
    const near = Math.hypot((left + right) / 2 - x, (top + bottom) / 2 - y) <= radius
    if (contains(features, i, x, y) || (near && touches(features, i, x, y, radius))) ids.push(features.ids[i])
  }
  return ids
}

function touches(features, i, x, y, radius) {
  for (let r = features.starts[i]; r < features.starts[i + 1]; r++) {
    if (discTouchesRing(features.xy, features.rings[r], features.rings[r + 1], x, y, radius)) return true
  }
  return false
}

/** Id of the line of `layer` nearest to `point`, within `radius`, of those that `keep(id)` holds; null when none is. */
export function lineNear(stage, source, layer, point, radius, keep) {
  let best = { id: null, distance: radius }
  for (const { features, place } of stage.tilesOf(source)) {
    const found = features[layer]
    if (!found) continue
    const x = (point.x - place.left) / place.unit
    const y = (point.y - place.top) / place.unit
    const near = nearestLine(found, x, y, best.distance / place.unit, keep)
    if (near.id !== null) best = { id: near.id, distance: near.distance * place.unit }
  }
  return best.id
}

/** The nearest of many lines in tile units: {id, distance}; id null when none is within `reach`. */
export function nearestLine(features, x, y, reach, keep) {
  let best = { id: null, distance: reach }
  for (let i = 0; i < features.n; i++) {
    const [left, top, right, bottom] = features.boxes.subarray(4 * i, 4 * i + 4)
    const r = best.distance
    if (x + r < left || x - r > right || y + r < top || y - r > bottom || !keep(features.ids[i])) continue
    const distance = distanceToLine(features, i, x, y)
    if (distance <= best.distance) best = { id: features.ids[i], distance }
  }
  return best
}

function distanceToLine({ xy, rings, starts }, i, x, y) {
  let least = Infinity
  for (let r = starts[i]; r < starts[i + 1]; r++) {
    for (let q = rings[r] + 2; q < rings[r + 1]; q += 2)
      least = Math.min(least, segmentDistance(x, y, xy[q - 2], xy[q - 1], xy[q], xy[q + 1]))
  }
  return least
}
