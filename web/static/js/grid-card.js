// The card of one grid, on the overview and on the workbench: code, leader, gauge, four measures.
import { el, icon, svg } from "./dom.js"
import { t } from "./language.js"
import { areaParts, codeGroups, count, shortCode, signed } from "./number-format.js"
import { TONE_COLOUR, tone } from "./map/palette.js"

const WIDTH = 332
const BAR_Y = 10

/** Pill that says how the grid stands to the band: over by n, short by n, off target, on target. */
export function standingPill(households, band) {
  const kind = tone(households, band)
  if (kind === "ok") return el("span", { class: "pill ok" }, icon("check"), t("common.in_target"))
  if (kind === "warn")
    return el("span", { class: "pill warn" }, t("common.off_target", { n: signed(households - band.target) }))
  const excess = kind === "over" ? households - band.high : band.low - households
  return el("span", { class: `pill ${kind}` }, icon("warn"), t(`common.${kind}_by`, { n: count(excess) }))
}

/** A bar from 200 below the band to 200 above it, with the target zone, the target and the value. */
export function gauge(households, band) {
  const from = Math.max(0, band.low - (band.high - band.low))
  const to = band.high + (band.high - band.low) / 2
  const x = (n) => ((Math.max(from, Math.min(to, n)) - from) / (to - from)) * WIDTH
  const colour = TONE_COLOUR[tone(households, band)]
  const zone = (low, high, fill) =>
    svg("rect", { x: x(low), y: BAR_Y - 4, width: x(high) - x(low), height: 8, fill, rx: 1 })
  const limit = households > band.high ? band.high : households < band.low ? band.low : null
  const drawing = svg(
    "svg",
    { class: "gauge", viewBox: `0 0 ${WIDTH} 40`, role: "img", "aria-label": gaugeLabel(households, band) },
    svg("rect", { x: 0, y: BAR_Y - 4, width: WIDTH, height: 8, rx: 4, fill: "#eceff2" }),
    zone(band.low, band.high, "#dcebd9"),
    zone(Math.max(band.low, band.target * 0.8), Math.min(band.high, band.target * 1.2), "#b3d6b5"),
    svg("rect", { x: x(band.target) - 0.75, y: BAR_Y - 9, width: 1.5, height: 18, fill: "#1e6a45" }),
    ...[band.low, band.target, band.high]
      .filter((n) => Math.abs(x(n) - x(households)) > 26)
      .map((n) => label(x(n), n)),
    label(x(households), households, colour),
    svg("rect", { x: x(households) - 1.5, y: BAR_Y - 9, width: 3, height: 18, fill: colour, rx: 1 }),
  )
  if (limit !== null)
    drawing.append(
      svg("path", { d: `M${x(limit)} ${BAR_Y}H${x(households)}`, stroke: colour, "stroke-width": 2.5 }),
    )
  return drawing
}

const gaugeLabel = (households, band) =>
  t("common.gauge_label", { n: count(households), low: band.low, high: band.high, target: band.target })

function label(x, n, colour = null) {
  const at = Math.max(12, Math.min(WIDTH - 12, x))
  const text = svg("text", { x: at, y: 36, "text-anchor": "middle" }, count(n))
  if (colour) {
    text.setAttribute("class", "value")
    text.style.fill = colour
  }
  return text
}

function measure(name, value, unit = "", kind = "ok") {
  return el(
    "div",
    {},
    el("dt", {}, t(`common.${name}`)),
    el("dd", { class: `tone-${kind}` }, value, unit ? el("small", {}, ` ${unit}`) : null),
  )
}

/** Fill `holder` with the card of `grid`: {code, leader, households, residents, buildings, area_m2}. */
export function gridCard(holder, grid, band, { more = [], actions = [] } = {}) {
  const [area, unit] = areaParts(grid.area_m2)
  const leader = grid.leader ? t("common.leader_named", { name: grid.leader }) : t("common.no_leader")
  holder.classList.add("grid-card")
  holder.replaceChildren(
    el(
      "header",
      {},
      el("span", { class: "code" }, t("common.grid_named", { code: shortCode(grid.code) })),
      standingPill(grid.households, band),
      el("span", { class: "grow" }),
      ...more,
    ),
    el("p", { class: "sub" }, `${codeGroups(grid.code)} · ${leader}`),
    gauge(grid.households, band),
    el(
      "dl",
      { class: "measures" },
      measure("households", count(grid.households), "", tone(grid.households, band)),
      measure("residents", count(grid.residents)),
      measure("buildings", count(grid.buildings)),
      measure("area", area, unit),
    ),
    actions.length ? el("div", { class: "card-actions" }, ...actions) : "",
  )
}
