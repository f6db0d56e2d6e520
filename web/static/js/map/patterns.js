// Hatches and dots in screen pixels: they do not scale with the zoom and run on from tile to tile.
const PERIOD = {
  over: 10,
  under: 7,
  "over-far": 6,
  "under-far": 7,
  lock: 13,
  move: 7,
  gap: 8,
  mine: 7,
  theirs: 7,
  base: 6,
}

const DRAW = {
  over: (g, p) => diagonal(g, p, 1.4, "rgba(180,64,47,.5)"),
  "over-far": (g, p) => diagonal(g, p, 1.2, "rgba(255,255,255,.5)"),
  under: (g, p) => dot(g, p, "rgba(42,91,148,.62)"),
  "under-far": (g, p) => dot(g, p, "rgba(255,255,255,.7)"),
  lock: (g, p) => mirrored(g, p, () => diagonal(g, p, 1, "rgba(47,59,72,.34)")),
  move: (g, p) => mirrored(g, p, () => diagonal(g, p, 1.3, "rgba(27,36,48,.55)")),
  mine: (g, p) => diagonal(g, p, 1.3, "rgba(27,36,48,.6)"),
  theirs: (g, p) => mirrored(g, p, () => diagonal(g, p, 1.3, "rgba(27,36,48,.6)")),
  base: (g, p) => level(g, p, 1.2, "rgba(27,36,48,.6)"),
  gap: (g, p) => {
    diagonal(g, p, 1, "#a92a1c")
    mirrored(g, p, () => diagonal(g, p, 1, "#a92a1c"))
  },
}

function diagonal(g, p, width, colour) {
  g.strokeStyle = colour
  g.lineWidth = width
  g.beginPath()
  for (const shift of [-p, 0, p]) {
    g.moveTo(shift - 1, p + 1)
    g.lineTo(shift + p + 1, -1)
  }
  g.stroke()
}

function level(g, p, width, colour) {
  g.strokeStyle = colour
  g.lineWidth = width
  g.beginPath()
  g.moveTo(0, p / 2)
  g.lineTo(p, p / 2)
  g.stroke()
}

function mirrored(g, p, draw) {
  g.save()
  g.transform(-1, 0, 0, 1, p, 0)
  draw()
  g.restore()
}

function dot(g, p, colour) {
  g.fillStyle = colour
  g.beginPath()
  g.arc(p / 2, p / 2, 1.15, 0, 2 * Math.PI)
  g.fill()
}

const swatches = new Map()

function swatchOf(name, ratio) {
  const key = `${name} ${ratio}`
  if (!swatches.has(key)) {
    const canvas = document.createElement("canvas")
    const size = Math.round(PERIOD[name] * ratio)
    canvas.width = canvas.height = size
    const g = canvas.getContext("2d")
    g.scale(size / PERIOD[name], size / PERIOD[name])
    DRAW[name](g, PERIOD[name])
    swatches.set(key, canvas)
  }
  return swatches.get(key)
}

/** The pattern `name` for the canvas `g`, laid from the world's corner (left, top in device pixels of this canvas). */
export function patternOf(g, name, ratio = 1, left = 0, top = 0) {
  const swatch = swatchOf(name, ratio)
  const pattern = g.createPattern(swatch, "repeat")
  const anchor = new DOMMatrix().translate(-(left % swatch.width), -(top % swatch.height))
  pattern.setTransform(g.getTransform().inverse().multiply(anchor))
  return pattern
}

/** A legend key of 20 × 13 pixels: fill and pattern as on the map. */
export function legendSwatch(fill, pattern = null) {
  const canvas = document.createElement("canvas")
  const ratio = 2
  canvas.width = 20 * ratio
  canvas.height = 13 * ratio
  canvas.className = "swatch"
  canvas.setAttribute("aria-hidden", "true")
  const g = canvas.getContext("2d")
  for (const style of [fill, pattern && patternOf(g, pattern, ratio)]) {
    if (!style) continue
    g.fillStyle = style
    g.fillRect(0, 0, canvas.width, canvas.height)
  }
  return canvas
}
