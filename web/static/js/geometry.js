// Plane geometry on flat coordinate arrays [x0, y0, x1, y1, …]; a ring may or may not repeat its first point.

/** Is (x, y) inside the ring xy[from..to), by the even-odd rule? Points on the edge may go either way. */
export function inRing(xy, from, to, x, y) {
  let inside = false
  for (let i = from, j = to - 2; i < to; j = i, i += 2) {
    const crosses = xy[i + 1] > y !== xy[j + 1] > y
    if (crosses && x < ((xy[j] - xy[i]) * (y - xy[i + 1])) / (xy[j + 1] - xy[i + 1]) + xy[i]) inside = !inside
  }
  return inside
}

export const inPolygon = (ring, x, y) => inRing(ring, 0, ring.length, x, y)

/** Distance of (x, y) to the segment a–b. */
export function segmentDistance(x, y, ax, ay, bx, by) {
  const dx = bx - ax
  const dy = by - ay
  const whole = dx * dx + dy * dy
  const along = whole ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / whole)) : 0
  return Math.hypot(x - ax - along * dx, y - ay - along * dy)
}

/** Does the disc touch the ring's line? */
export function discTouchesRing(xy, from, to, x, y, radius) {
  for (let i = from, j = to - 2; i < to; j = i, i += 2) {
    if (segmentDistance(x, y, xy[j], xy[j + 1], xy[i], xy[i + 1]) <= radius) return true
  }
  return false
}

/** Length of the line, in its own units. */
export function lineLength(xy) {
  let sum = 0
  for (let i = 2; i < xy.length; i += 2) sum += Math.hypot(xy[i] - xy[i - 2], xy[i + 1] - xy[i - 1])
  return sum
}

/** The point at `distance` along the line and the direction there, in radians. */
export function pointAlong(xy, distance) {
  let left = distance
  for (let i = 2; i < xy.length; i += 2) {
    const dx = xy[i] - xy[i - 2]
    const dy = xy[i + 1] - xy[i - 1]
    const step = Math.hypot(dx, dy)
    if (left <= step || i === xy.length - 2) {
      const share = step ? left / step : 0
      return { x: xy[i - 2] + dx * share, y: xy[i - 1] + dy * share, angle: Math.atan2(dy, dx) }
    }
    left -= step
  }
  return { x: xy[0], y: xy[1], angle: 0 }
}

/** Do two boxes [left, top, right, bottom] share ground? */
export const boxesMeet = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]

/** [west, south, east, north] round points; null when there are none. */
export function boundsOf(xs, ys) {
  if (!xs.length) return null
  const box = [Infinity, Infinity, -Infinity, -Infinity]
  for (let i = 0; i < xs.length; i++) {
    box[0] = Math.min(box[0], xs[i])
    box[1] = Math.min(box[1], ys[i])
    box[2] = Math.max(box[2], xs[i])
    box[3] = Math.max(box[3], ys[i])
  }
  return box
}

/** Square metres inside a ring of {lat, lng}; good to a thousandth over a few kilometres. */
export function ringArea(ring) {
  const metresOf = (degrees) => (degrees * Math.PI * 6371000) / 180
  const scale = Math.cos((ring[0].lat * Math.PI) / 180)
  const xy = ring.map(({ lat, lng }) => [metresOf(lng - ring[0].lng) * scale, metresOf(lat - ring[0].lat)])
  const twice = xy.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = xy[(i + 1) % xy.length]
    return sum + x * nextY - nextX * y
  }, 0)
  return Math.abs(twice) / 2
}
