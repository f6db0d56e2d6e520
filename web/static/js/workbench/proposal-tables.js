// The tables of a proposal: moves by pair of grids to take or leave, and every changed grid before and after.
import { el } from "../dom.js"
import { t } from "../language.js"
import { tone } from "../map/palette.js"
import { count, signed } from "../number-format.js"
import { effect } from "../plan/model.js"
import { shortOf } from "./desk.js"

export function pairTable(desk, pairs, refresh) {
  const row = (pair) => {
    const box = el("input", {
      type: "checkbox",
      checked: pair.isTaken,
      "aria-label": `${shortOf(desk, pair.from)} → ${shortOf(desk, pair.to)}`,
    })
    box.addEventListener("change", () => {
      pair.isTaken = box.checked
      refresh()
    })
    return el(
      "tr",
      {},
      el("td", {}, box),
      el("td", {}, `${shortOf(desk, pair.from)} → ${shortOf(desk, pair.to)}`),
      el("td", { class: "number" }, count(pair.buildings)),
      el("td", { class: "number" }, count(pair.households)),
    )
  }
  const head = el(
    "tr",
    {},
    el("th"),
    el("th", {}, t("workbench.between")),
    el("th", { class: "number" }, t("common.buildings")),
    el("th", { class: "number" }, t("common.households")),
  )
  return pairs.length
    ? el("table", { class: "table pairs" }, el("thead", {}, head), el("tbody", {}, pairs.map(row)))
    : null
}

export function beforeAfter(desk, taken) {
  const { band } = desk.plan
  const cell = (n) => el("td", { class: `number tone-${tone(n, band)}` }, count(n))
  const changed = [...effect(desk.plan, taken).values()].sort((one, other) => one.position - other.position)
  const row = ({ position, before, after, cells }) =>
    el(
      "tr",
      {},
      el("td", {}, el("b", {}, shortOf(desk, position))),
      cell(before),
      cell(after),
      el("td", { class: "number" }, signed(after - before)),
      el("td", { class: "number" }, cells ? signed(after - band.target) : t("workbench.code_retires")),
    )
  const names = [
    "workbench.grid",
    "workbench.was",
    "workbench.will_be",
    "workbench.change",
    "workbench.deviation",
  ]
  const head = el(
    "tr",
    {},
    names.map((name, i) => el("th", { class: i ? "number" : "" }, t(name))),
  )
  return changed.length
    ? el("table", { class: "table before-after" }, el("thead", {}, head), el("tbody", {}, changed.map(row)))
    : null
}
