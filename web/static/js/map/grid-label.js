// A grid's label: short code, households below it; a filled pill where the number is off target.
import { t } from "../language.js"
import { count, signed } from "../number-format.js"
import { boxAround } from "./label-placing.js"
import { TONE_COLOUR } from "./palette.js"

const CODE_PX = 15
const BELOW_PX = 12
const ROOM_FOR_BOTH = 24
const ROOM_FOR_CODE = 11

const codeFont = (family) => `700 ${CODE_PX}px ${family}`
const belowFont = (family, isPill) => `${isPill ? 700 : 400} ${isPill ? 11.5 : BELOW_PX}px ${family}`

function belowText(label) {
  if (label.below !== undefined) return label.below
  const households = t("common.n_households", { n: count(label.households) })
  return label.tone === "ok" ? households : `${households} ${signed(label.deviation)}`
}

const isPill = (label) => label.tone !== "ok" && label.below === undefined

/** Boxes the label needs at this room; none when it is too small to be drawn. */
export function gridLabelBoxes(g, label, at, radius, family) {
  if (radius < ROOM_FOR_CODE && !label.selected) return []
  g.font = codeFont(family)
  const code = boxAround(
    at.x,
    at.y - (both(label, radius) ? 10 : 0),
    g.measureText(label.code).width + lockRoom(label),
    CODE_PX,
  )
  if (!both(label, radius)) return [code]
  g.font = belowFont(family, isPill(label))
  return [
    code,
    boxAround(at.x, at.y + 10, g.measureText(belowText(label)).width + (isPill(label) ? 16 : 0), 18),
  ]
}

const both = (label, radius) =>
  label.below !== "" && (radius >= ROOM_FOR_BOTH || label.selected || (label.tone !== "ok" && radius >= 18))
const lockRoom = (label) => (label.locked ? 18 : 0)

export function drawGridLabel(g, label, at, radius, family) {
  g.textAlign = "center"
  g.textBaseline = "middle"
  g.lineJoin = "round"
  const two = both(label, radius)
  drawCode(g, label, at.x, at.y - (two ? 10 : 0), family)
  if (!two) return
  if (isPill(label)) drawPill(g, belowText(label), at.x, at.y + 10, TONE_COLOUR[label.tone], family)
  else haloText(g, belowText(label), at.x, at.y + 9, belowFont(family, false))
}

function haloText(g, text, x, y, font, colour = "#1b2430") {
  g.font = font
  g.lineWidth = 4
  g.strokeStyle = "rgba(255,255,255,.92)"
  g.strokeText(text, x, y)
  g.fillStyle = colour
  g.fillText(text, x, y)
}

function drawCode(g, label, x, y, family) {
  const middle = x - lockRoom(label) / 2
  haloText(g, label.code, middle, y, codeFont(family))
  if (label.locked) drawLock(g, middle + g.measureText(label.code).width / 2 + 11, y)
}

function drawLock(g, x, y) {
  const draw = (colour, width) => {
    g.strokeStyle = colour
    g.lineWidth = width
    g.beginPath()
    g.rect(x - 4.5, y - 1.5, 9, 7)
    g.moveTo(x - 2.5, y - 1.5)
    g.arc(x, y - 3.5, 2.5, Math.PI, 0)
    g.lineTo(x + 2.5, y - 1.5)
    g.stroke()
  }
  draw("rgba(255,255,255,.92)", 4)
  draw("#1b2430", 1.3)
}

function drawPill(g, text, x, y, colour, family) {
  g.font = belowFont(family, true)
  const width = g.measureText(text).width + 16
  g.beginPath()
  g.roundRect(x - width / 2, y - 9, width, 18, 9)
  g.lineWidth = 3
  g.strokeStyle = "rgba(255,255,255,.95)"
  g.stroke()
  g.fillStyle = colour
  g.fill()
  g.fillStyle = "#fff"
  g.fillText(text, x, y + 0.5)
}
