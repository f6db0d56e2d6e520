// How territory is painted, whatever it is made of: fills with hatches, the inner edge tint, borders.
import { ACCENT, BORDER, GROUND } from "./palette.js"

const TINT_PX = 4

/** Fill one area: colour, pattern, and a stroke of its own colour that closes the hairline between its pieces. */
export function fillArea({ g, px, pattern }, path, { fill, patterns = [] }) {
  g.fillStyle = fill
  g.fill(path)
  g.strokeStyle = fill
  g.lineWidth = px(1)
  g.stroke(path)
  for (const name of patterns) {
    g.fillStyle = pattern(name)
    g.fill(path)
  }
}

/** A band of 4 px along `line`, inside `area` only. */
export function tintEdge({ g, px }, area, line, colour) {
  g.save()
  g.clip(area)
  g.globalAlpha = 0.26
  g.strokeStyle = colour
  g.lineWidth = px(2 * TINT_PX)
  g.lineJoin = "round"
  g.stroke(line)
  g.restore()
}

/** A border with its white casing. */
export function strokeBorder({ g, px }, path, { width = 1.7, casing = 4, colour = BORDER } = {}) {
  g.lineJoin = g.lineCap = "round"
  if (casing) {
    g.strokeStyle = "rgba(255,255,255,.92)"
    g.lineWidth = px(casing)
    g.stroke(path)
  }
  g.strokeStyle = colour
  g.lineWidth = px(width)
  g.stroke(path)
}

export const strokeSelected = (pen, path, out) =>
  strokeBorder(pen, path, { width: 3.3, casing: 6, colour: out ? "#a92a1c" : ACCENT })

/** Buildings of the territory: ink over the fill, with an edge where they are large enough to have one. */
export function paintInside({ g, px, zoom }, path) {
  g.fillStyle = GROUND.inside
  g.fill(path)
  if (zoom < 17) return
  g.strokeStyle = GROUND.insideEdge
  g.lineWidth = px(0.8)
  g.stroke(path)
}

/** The path kept under `key`, made at first use. */
export function pathAt(paths, key) {
  if (!paths.has(key)) paths.set(key, new Path2D())
  return paths.get(key)
}
