// Two scenarios in tables: by kind, and by grid, community or street; and as the paint of the difference map.
import { el, icon, show } from "../dom.js"
import { language, t } from "../language.js"
import { count, percent, shortCode, signed } from "../number-format.js"
import { clickRow } from "./rows.js"

const PLAIN = "#fafbf9"
const RAMP = {
  gained: ["#dfe9f8", "#b9d0f0"],
  lost: ["#fbe6e1", "#f0b7aa"],
}
const LEVELS = ["grids", "communities", "streets"]
const FAR = 10 // points of per cent from which the stronger tint is used
const number = (text, look = "") => el("td", { class: `number ${look}` }, text)
const share = (value) => (value === null ? "–" : percent(value / 100))
const own = (side, minutes) => side.minutes.find((one) => one.minutes === minutes)
const heads = (...names) =>
  el("tr", {}, ...names.map((name, i) => el("th", { class: i ? "number" : null, scope: "col" }, name)))

/** Each kind that either scenario changes, by its own minutes; a row chooses the kind of the page. */
export function drawByKind({ kinds }, { chooseKind }) {
  if (!kinds.length) return null
  const row = ({ kind, minutes, a, b, gained, lost }) => {
    const [before, after] = [own(a, minutes), own(b, minutes)]
    return clickRow(
      () => chooseKind(kind.key),
      kind.key,
      el(
        "td",
        {},
        el("b", {}, kind[language]),
        el("span", { class: "muted" }, ` ${t("coverage.n_minutes", { n: minutes })}`),
      ),
      number(share(before.percent)),
      number(share(after.percent)),
      number(signed(gained), gained ? "good" : ""),
      number(signed(-lost), lost ? "bad" : ""),
    )
  }
  const titles = [
    t("coverage.scenario_by_kind"),
    "A",
    "B",
    t("coverage.scenario_gained"),
    t("coverage.scenario_lost"),
  ]
  return el(
    "div",
    { class: "section" },
    el(
      "table",
      { class: "table task-table change-table" },
      el("thead", {}, heads(...titles)),
      el("tbody", {}, ...kinds.map(row)),
    ),
  )
}

/** Units that change, those that change most first. */
export function drawByUnit(holder, answer, { level, choose, zoomTo }) {
  const changed = answer[level]
    .filter(({ gained, lost }) => gained || lost)
    .sort((one, other) => other.gained + other.lost - (one.gained + one.lost))
  const tab = (name) =>
    el(
      "button",
      { type: "button", "aria-pressed": String(name === level), onclick: () => choose(name) },
      t(`coverage.level_${name}`),
    )
  const row = (unit) =>
    clickRow(
      () => zoomTo(unit),
      unit.code,
      el("td", {}, ...nameOf(unit, level)),
      number(share(unit.percent_a)),
      number(share(unit.percent_b)),
      number(signed(unit.gained), unit.gained ? "good" : ""),
      number(signed(-unit.lost), unit.lost ? "bad" : ""),
    )
  const titles = [
    t(`coverage.level_${level}`),
    "A",
    "B",
    t("coverage.scenario_gained"),
    t("coverage.scenario_lost"),
  ]
  show(
    holder,
    el(
      "div",
      { class: "section-head" },
      el("h2", { class: "grow" }, t("coverage.scenario_by_unit")),
      el("div", { class: "segments", role: "group" }, ...LEVELS.map(tab)),
    ),
    changed.length
      ? el(
          "table",
          { class: "table task-table change-table" },
          el("thead", {}, heads(...titles)),
          el("tbody", {}, ...changed.map(row)),
        )
      : el("p", { class: "caption" }, icon("check"), t("coverage.scenario_same")),
    el(
      "p",
      { class: "caption" },
      t("coverage.scenario_unchanged", { n: count(answer[level].length - changed.length) }),
    ),
  )
}

const nameOf = (unit, level) =>
  level === "grids"
    ? [el("b", {}, shortCode(unit.code)), el("span", { class: "muted" }, ` ${unit.code.slice(-6, -3)}`)]
    : [el("b", {}, unit.name)]

/** How the ground is painted: blue where more are served, red where fewer, stronger from ten points on. */
export function paintOfChange(answer, level, parents) {
  const units = new Map(answer[level].map((unit) => [unit.grid ?? unit.unit, unit]))
  const unitOf = (grid) => units.get(level === "grids" ? grid : parents.get(grid)?.[level])
  const paint = (grid) => {
    const unit = unitOf(grid)
    const change = unit ? unit.b - unit.a : 0
    if (!change) return { fill: PLAIN, edge: null, patterns: [] }
    const isFar = Math.abs(change) * 100 >= FAR * unit.households
    return { fill: RAMP[change > 0 ? "gained" : "lost"][Number(isFar)], edge: null, patterns: [] }
  }
  const grids = new Map(answer.grids.map((unit) => [unit.grid, unit]))
  const below = ({ grid }) => {
    const unit = grids.get(grid)
    return unit && unit.b !== unit.a ? signed(unit.b - unit.a) : ""
  }
  return { paint, below }
}
