// The grids that change, the most moved first: households before and after as ring and dot against the band.
import { el, show, svg } from "../dom.js"
import { t } from "../language.js"
import { tone } from "../map/palette.js"
import { count, shortCode, signed } from "../number-format.js"

const WIDE = 92
const HIGH = 16

export function showGrids(holder, told, selected, select) {
  const { band } = told.after
  const touched = told.grids.filter((grid) => grid.fate !== "kept" || grid.new_leader)
  const scale = scaleOf(touched, band)
  show(
    holder,
    el(
      "div",
      { class: "section-head" },
      el("h2", { class: "grow" }, t("comparison.changed_grids")),
      el("span", { class: "caption" }, t("comparison.against_target", { target: count(band.target) })),
    ),
    touched.length ? table(touched, band, scale, { selected, select }) : nothing(),
  )
}

const nothing = () => el("p", { class: "caption" }, t("comparison.nothing_changes"))

const moved = (grid) => Math.abs((grid.after?.households ?? 0) - (grid.before?.households ?? 0))

function table(grids, band, scale, { selected, select }) {
  const heads = ["grid", "leader", "was_n", "now_n", "change", "band", "deviation"]
  const right = new Set(["was_n", "now_n", "change", "deviation"])
  return el(
    "table",
    { class: "table compact" },
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        heads.map((name) =>
          name === "band"
            ? el("th", {}, axis(band, scale))
            : el("th", { class: right.has(name) ? "number" : "" }, t(`comparison.${name}`)),
        ),
      ),
    ),
    el(
      "tbody",
      {},
      [...grids]
        .sort((one, other) => moved(other) - moved(one) || one.code.localeCompare(other.code))
        .map((grid) => row(grid, band, scale, { selected, select })),
    ),
  )
}

function row(grid, band, scale, { selected, select }) {
  const { before, after, code } = grid
  const number = (side) =>
    el("td", { class: `number ${side ? toneClass(side, band) : ""}` }, count(side?.households))
  const change = (after?.households ?? 0) - (before?.households ?? 0)
  return el(
    "tr",
    { class: "clickable", "aria-selected": String(code === selected), onclick: () => select(code) },
    el(
      "td",
      {},
      el("button", { type: "button", class: "code", title: code }, shortCode(code)),
      ["new", "gone"].includes(grid.fate)
        ? el(
            "span",
            { class: `pill ${grid.fate === "new" ? "ok" : "over"}` },
            t(`comparison.fate_${grid.fate}`),
          )
        : null,
    ),
    el("td", { class: "leaders" }, leaders(grid)),
    number(before),
    number(after),
    el("td", { class: "number" }, signed(change)),
    el("td", {}, dumbbell(grid, band, scale)),
    el("td", { class: "number" }, after ? signed(after.deviation) : "–"),
  )
}

/** The limits of the band and its target, over the drawings below. */
function axis({ low, target, high }, x) {
  const drawing = svg("svg", {
    class: "axis",
    viewBox: `0 0 ${WIDE} ${HIGH}`,
    width: WIDE,
    height: HIGH,
    role: "img",
    "aria-label": t("comparison.band"),
  })
  for (const value of [low, target, high])
    drawing.append(svg("text", { x: x(value), y: HIGH - 4, "text-anchor": "middle" }, String(value)))
  return drawing
}

const toneClass = (side, band) =>
  ["over", "under"].includes(tone(side.households, band)) ? `tone-${tone(side.households, band)}` : ""

function leaders({ before, after, new_leader: isNew }) {
  const name = (side) => side?.leader ?? t("comparison.no_leader")
  if (!before || !after) return name(before ?? after)
  return isNew ? `${name(before)} → ${name(after)}` : name(after)
}

function scaleOf(grids, { low, high }) {
  const seen = grids.flatMap(({ before, after }) => [before, after].filter(Boolean).map((s) => s.households))
  const least = Math.min(low, ...seen) - 20
  const most = Math.max(high, ...seen) + 20
  return (households) => 4 + ((households - least) / (most - least)) * (WIDE - 8)
}

/** Ring = before, dot = after, on the band with its target. */
function dumbbell({ before, after }, { low, high, target }, x) {
  const drawing = svg("svg", {
    class: "dumbbell",
    viewBox: `0 0 ${WIDE} ${HIGH}`,
    width: WIDE,
    height: HIGH,
    "aria-hidden": "true",
  })
  const middle = HIGH / 2
  drawing.append(
    svg("rect", { class: "band", x: x(low), y: 2, width: x(high) - x(low), height: HIGH - 4 }),
    svg("line", { class: "target", x1: x(target), x2: x(target), y1: 2, y2: HIGH - 2 }),
  )
  if (before && after)
    drawing.append(
      svg("line", {
        class: "way",
        x1: x(before.households),
        x2: x(after.households),
        y1: middle,
        y2: middle,
      }),
    )
  if (before) drawing.append(svg("circle", { class: "was", cx: x(before.households), cy: middle, r: 3.6 }))
  if (after) drawing.append(svg("circle", { class: "now", cx: x(after.households), cy: middle, r: 4 }))
  return drawing
}
