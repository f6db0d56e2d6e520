// The table of coverage by grid, community or subdistrict, worst first; a row leads to its place.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { count } from "../number-format.js"
import { bar, bare } from "./bars.js"
import { classOf, figures, worstFirst } from "./shares.js"

const WIDE = new Set(["share"])
const LEFT = new Set(["grid", "communities", "streets"])

function name(unit, level) {
  if (level !== "grids") return [el("b", {}, unit.name)]
  return [el("b", {}, unit.code.slice(-3)), el("span", { class: "muted" }, ` ${unit.code.slice(-6, -3)}`)]
}

function heading(level, choice) {
  const first = { grids: "grid", communities: "communities", streets: "streets" }[level]
  const columns = [
    first,
    choice.count,
    "uncovered",
    choice.mode === "radius" ? "share_radius" : "share",
    "percent",
  ]
  const look = (key) => (key.startsWith("share") || WIDE.has(key) ? "wide" : LEFT.has(key) ? null : "number")
  return el(
    "tr",
    {},
    ...columns.map((key) => el("th", { class: look(key), scope: "col" }, t(`coverage.col_${key}`))),
  )
}

function line({ unit, whole, left, share, other }, { level, zoomTo }) {
  const go = () => zoomTo(unit)
  const row = el(
    "tr",
    { class: "clickable", tabindex: "0", title: `${unit.code} · ${t("coverage.zoom_to")}` },
    el("td", {}, ...name(unit, level)),
    el("td", { class: "number" }, count(whole)),
    el("td", { class: "number" }, count(left)),
    el("td", {}, bar(share, share === null ? "" : classOf(share).name, other)),
    el("td", { class: share !== null && share < 90 ? "number strong" : "number" }, bare(share, count)),
  )
  row.addEventListener("click", go)
  row.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return
    event.preventDefault()
    go()
  })
  return row
}

export function drawLevel(answer, { level, choice, zoomTo }) {
  const units = worstFirst(answer[level], choice)
  const sum = figures(answer, choice)
  if (!units.length)
    return show(
      find("#units"),
      el("div", { class: "empty" }, icon("list"), el("p", {}, t(`coverage.none_${level}`))),
    )
  const total = el(
    "tr",
    {},
    el("td", {}, t("coverage.sum")),
    el("td", { class: "number" }, count(sum.whole)),
    el("td", { class: "number" }, count(sum.left)),
    el("td"),
    el("td", { class: "number" }, bare(sum.share, count)),
  )
  return show(
    find("#units"),
    el(
      "table",
      { class: "table" },
      el("thead", {}, heading(level, choice)),
      el("tbody", {}, ...units.map((unit) => line(unit, { level, zoomTo }))),
      el("tfoot", {}, total),
    ),
  )
}
