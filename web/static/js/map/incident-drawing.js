// Marks and rings on a canvas, round (0, 0): shape says the channel, colour the deadline, a red ring that it is late.
import { CHANNELS, DEADLINE, ringColour } from "./incident-marks.js"
import { count } from "../number-format.js"

const EDGE_PX = 2
const TURN = 2 * Math.PI
const SHAPES = [
  "M7.600 0A7.600 7.600 0 1 1-7.600 0 7.600 7.600 0 1 1 7.600 0z",
  "M-6.700-6.700h13.400v13.400h-13.400z",
  "M0-9.500 9.500 0 0 9.500-9.500 0z",
  "M0-9.800 10.200 7.400-10.200 7.400z",
]
let paths = null

const shapeOf = (channel) => {
  paths ??= SHAPES.map((shape) => new Path2D(shape))
  return paths[channel] ?? paths[0]
}

/** One incident. */
export function drawMark(g, channel, deadline, scale = 1) {
  const hollow = deadline === "closed"
  g.save()
  g.scale(scale, scale)
  if (deadline === "overdue") overdueRing(g)
  g.fillStyle = hollow ? "#fff" : DEADLINE[deadline]
  g.strokeStyle = hollow ? DEADLINE.closed : "#fff"
  g.lineWidth = hollow ? 1.6 : EDGE_PX
  g.fill(shapeOf(channel))
  g.stroke(shapeOf(channel))
  if (deadline === "overdue") clockNotch(g)
  g.restore()
}

/** Late is said three times: by colour, by a ring round the mark, and by a small clock. */
function overdueRing(g) {
  circle(g, 12.5)
  g.fillStyle = "rgb(255 255 255 / 80%)"
  g.fill()
  g.strokeStyle = DEADLINE.overdue
  g.lineWidth = 1.6
  g.stroke()
}

function clockNotch(g) {
  g.save()
  g.translate(9, -9)
  circle(g, 4.6)
  g.fillStyle = "#fff"
  g.strokeStyle = DEADLINE.overdue
  g.lineWidth = 1.3
  g.fill()
  g.stroke()
  g.beginPath()
  g.moveTo(0, -2.4)
  g.lineTo(0, 0)
  g.lineTo(1.8, 1)
  g.stroke()
  g.restore()
}

export function drawChosen(g) {
  circle(g, 20)
  g.fillStyle = "rgb(11 87 208 / 14%)"
  g.fill()
  g.strokeStyle = "#0b57d0"
  g.lineWidth = 2
  g.stroke()
}

/** A cluster: its number inside a ring whose parts are the channels; the overdue as a red arc outside. */
export function drawCluster(g, { n, channels, overdue }) {
  const radius = radiusOf({ n })
  circle(g, radius)
  g.fillStyle = "#fff"
  g.fill()
  let begun = -TURN / 4
  channels.forEach((some, c) => {
    if (!some) return
    const end = begun + (TURN * some) / n
    arc(g, radius - 2.5, begun, end, 5, ringColour(CHANNELS[c]))
    begun = end
  })
  circle(g, radius)
  g.lineWidth = 1
  g.strokeStyle = "rgb(27 36 48 / 18%)"
  g.stroke()
  if (overdue) arc(g, radius + 2, -TURN / 4, -TURN / 4 + (TURN * overdue) / n, 2.5, DEADLINE.overdue)
  g.fillStyle = overdue ? DEADLINE.overdue : "#1b2430"
  g.font = `700 ${n < 1000 ? 12 : 11}px sans-serif`
  g.textAlign = "center"
  g.textBaseline = "middle"
  g.fillText(count(n), 0, 0.5)
}

export const radiusOf = ({ n }) =>
  n === 1 ? 10 : n < 10 ? 16 : n < 100 ? 19 : n < 1000 ? 22 : n < 10000 ? 27 : 32

function circle(g, radius) {
  g.beginPath()
  g.arc(0, 0, radius, 0, TURN)
}

function arc(g, radius, from, to, width, colour) {
  g.beginPath()
  g.arc(0, 0, radius, from, to)
  g.lineWidth = width
  g.strokeStyle = colour
  g.stroke()
}
