// Heat: how close incidents lie, as one hue from clear to deep; a coarse picture, blurred and stretched.
const STEP_PX = 4
const RADIUS = 5
const PASSES = 3
/** Sequential, single hue: violet, which no deadline, channel or deviation wears. */
const HUE = [88, 60, 140]
const MOST_OPAQUE = 0.86

/** Draw heat of rows `kept` on `g`, whose window {left, top, width, height} is in the world's pixels at `zoom`. */
export function drawHeat(g, { x, y }, kept, zoom, window) {
  const world = 256 * 2 ** zoom
  const columns = Math.ceil(window.width / STEP_PX)
  const rows = Math.ceil(window.height / STEP_PX)
  const field = new Float32Array(columns * rows)
  for (let k = 0; k < kept.length; k++) {
    const across = Math.floor((x[kept[k]] * world - window.left) / STEP_PX)
    const down = Math.floor((y[kept[k]] * world - window.top) / STEP_PX)
    if (across >= 0 && down >= 0 && across < columns && down < rows) field[down * columns + across]++
  }
  for (let pass = 0; pass < PASSES; pass++) blur(field, columns, rows)
  const picture = document.createElement("canvas")
  picture.width = columns
  picture.height = rows
  picture.getContext("2d").putImageData(colours(field, columns, rows), 0, 0)
  g.imageSmoothingQuality = "high"
  g.drawImage(picture, 0, 0, columns * STEP_PX, rows * STEP_PX)
}

/** A box blur along rows, then along columns; three of them make nearly a bell. */
export function blur(field, columns, rows) {
  const line = new Float32Array(Math.max(columns, rows))
  for (let y = 0; y < rows; y++) along(field, y * columns, 1, columns, line)
  for (let x = 0; x < columns; x++) along(field, x, columns, rows, line)
}

function along(field, start, step, n, line) {
  let sum = 0
  for (let k = 0; k < Math.min(n, RADIUS); k++) sum += field[start + k * step]
  for (let k = 0; k < n; k++) {
    if (k + RADIUS < n) sum += field[start + (k + RADIUS) * step]
    line[k] = sum / (2 * RADIUS + 1)
    if (k - RADIUS >= 0) sum -= field[start + (k - RADIUS) * step]
  }
  for (let k = 0; k < n; k++) field[start + k * step] = line[k]
}

function colours(field, columns, rows) {
  let most = 0
  for (const value of field) if (value > most) most = value
  const image = new ImageData(columns, rows)
  const scale = most > 0 ? 1 / most : 0
  for (let k = 0; k < field.length; k++) {
    const share = Math.sqrt(field[k] * scale)
    if (share < 0.04) continue
    const pale = 1 - share
    image.data[4 * k] = HUE[0] + pale * 110
    image.data[4 * k + 1] = HUE[1] + pale * 110
    image.data[4 * k + 2] = HUE[2] + pale * 90
    image.data[4 * k + 3] = 255 * MOST_OPAQUE * Math.min(1, share * 1.15)
  }
  return image
}
