// Deviation of every grid from the target: bars left and right of zero, the target zone behind them.
import { el, find, icon, show, svg } from "../dom.js"
import { t } from "../language.js"
import { tone } from "../map/palette.js"
import { count, signed } from "../number-format.js"
import { isShown, listen, select, shortOf, tell } from "./desk.js"

const COLOUR = { over: "#a92a1c", under: "#22588f", warn: "#c58a1b", ok: "#6d8a9e" }
const HALF = 100
let byCode = false

export function bindBars(desk) {
  listen(desk, "plan-opened selected plan-changed grids-changed preview-changed", () => showBars(desk))
  find("#bars-sort").addEventListener("click", () => {
    byCode = !byCode
    showBars(desk)
  })
}

function showBars(desk) {
  const { plan } = desk
  if (!plan) return
  const households = desk.preview?.households ?? plan.totals.households
  const deviations = Array.from(households, (n) => n - plan.band.target)
  const shown = deviations.filter((_, position) => isShown(desk, position))
  const reach = Math.max(150, ...shown.map(Math.abs)) * 1.04
  find("#bars-unit").textContent = t("workbench.bars_unit", { target: plan.band.target })
  find("#bars-sort").replaceChildren(
    t(byCode ? "workbench.by_code" : "workbench.by_deviation"),
    icon("chevron-down"),
  )
  const order = [...deviations.keys()].filter((position) => isShown(desk, position))
  if (!byCode)
    order.sort((one, other) => Math.abs(deviations[other]) - Math.abs(deviations[one]) || one - other)
  const rows = order.map((position) =>
    rowOf(desk, position, households[position], deviations[position], reach),
  )
  show(find("#bars"), axis(plan.band, reach), rows)
}

const scale = (n, reach) => HALF + (n / reach) * HALF

function zones(band, reach) {
  const zone = (low, high, fill) =>
    svg("rect", {
      x: scale(low - band.target, reach),
      y: 0,
      width: ((high - low) / reach) * HALF,
      height: 18,
      fill,
    })
  const line = svg("rect", { x: HALF - 0.4, y: 0, width: 0.8, height: 18, fill: "#7f8c9b" })
  return [
    zone(band.low, band.high, "#f1f5f2"),
    zone(Math.max(band.low, band.target * 0.8), Math.min(band.high, band.target * 1.2), "#e3efe7"),
    line,
  ]
}

function axis(band, reach) {
  const drawing = svg("svg", { width: "100%", height: 16, "aria-hidden": "true" })
  const at = { x1: -100, x2: 0, x3: 100 }
  for (const n of Object.values(at)) {
    drawing.append(
      svg(
        "text",
        { x: `${scale(n, reach) / 2}%`, y: 12, "text-anchor": "middle", fill: "#5f6b7a", "font-size": 11 },
        signed(n),
      ),
    )
  }
  return el(
    "div",
    { class: "bar-row axis", "aria-hidden": "true" },
    el("span"),
    drawing,
    el("span"),
    el("span"),
  )
}

function rowOf(desk, position, households, deviation, reach) {
  const kind = tone(households, desk.plan.band)
  const from = scale(Math.min(0, deviation), reach)
  const width = Math.max(0.6, (Math.abs(deviation) / reach) * HALF)
  const bar = svg(
    "svg",
    { viewBox: "0 0 200 18", preserveAspectRatio: "none", "aria-hidden": "true" },
    ...zones(desk.plan.band, reach),
    svg("rect", { x: from, y: 4, width, height: 10, rx: 1, fill: COLOUR[kind] }),
  )
  const press = () => {
    select(desk, position)
    tell(desk, "zoom-to", { positions: [position], onlyIfHidden: true })
  }
  const code = el(
    "span",
    { class: "code" },
    shortOf(desk, position),
    desk.plan.grids[position].locked ? icon("lock") : null,
  )
  return el(
    "button",
    {
      type: "button",
      class: `bar-row ${kind}`,
      "aria-pressed": String(desk.selected === position),
      "aria-label": t(desk.plan.grids[position].locked ? "workbench.bar_locked" : "workbench.bar_label", {
        grid: shortOf(desk, position),
        n: count(households),
        deviation: signed(deviation),
      }),
      onclick: press,
    },
    code,
    bar,
    el("span", { class: "number" }, count(households)),
    el("span", { class: "number deviation" }, signed(deviation)),
  )
}
