// The tables of catchments: what each centre takes, where each unit goes, which found no place and why.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { count, length, shortCode } from "../number-format.js"
import { clickRow } from "./rows.js"

const minutesOf = (metres, speed) => (metres * 60) / (speed * 1000)
const FEW = 4
const fitting = (least, most) =>
  t(least === most ? "coverage.allocate_use_one" : "coverage.allocate_use", { least, most })
const swatch = (colours, id) =>
  el("i", { class: "swatch", style: { background: colours.get(id)?.fill ?? "#fff" } })
const number = (text) => el("td", { class: "number" }, text)

export function drawCatchments(answer, { colours, asked, level, zoomTo, use }) {
  const left = answer.units.filter(({ centre }) => centre === null)
  const links = el(
    "p",
    { class: "task-links" },
    ...["csv", "xlsx"].map((type) =>
      el(
        "a",
        { class: "link", href: `/api/coverage/catchments.${type}?${asked}`, download: true },
        icon("download"),
        type.toUpperCase(),
      ),
    ),
  )
  show(
    find("#allocate-answer"),
    el(
      "div",
      { class: "section" },
      el(
        "p",
        { class: "task-sum" },
        el("b", {}, `${count(answer.allocated)} / ${count(answer.units.length)}`),
        ` ${t(`coverage.allocate_sum_${level}`)}`,
        el("span", { class: "muted" }, t("coverage.allocate_farthest", { m: length(answer.farthest_m) })),
      ),
      left.length ? leftList(left, { level, zoomTo, answer, use }) : null,
      centreTable(answer, colours),
      links,
    ),
    el("div", { class: "section" }, unitTable(answer, { colours, level, zoomTo })),
  )
}

const nameOf = (unit, level) =>
  level === "grids"
    ? [el("b", {}, shortCode(unit.code)), el("span", { class: "muted" }, ` ${unit.code.slice(-6, -3)}`)]
    : [el("b", {}, unit.name)]

/** Units that found no place stand first: each with the reason and its nearest centre, and bounds that fit all. */
function leftList(units, { level, zoomTo, answer, use }) {
  const names = new Map(answer.centres.map(({ id, name }) => [id, name || t("coverage.unnamed")]))
  const line = (unit) => {
    const near =
      unit.nearest === null ? "" : t("coverage.allocate_nearest", { name: names.get(unit.nearest) })
    return el(
      "li",
      {},
      el(
        "span",
        { class: "grow" },
        ...nameOf(unit, level),
        ` · ${t(`coverage.reason_${unit.reason}`)}${near}`,
      ),
      el("button", { type: "button", class: "link", onclick: () => zoomTo(unit) }, t("coverage.zoom_to")),
    )
  }
  const isFull = units.some(({ reason }) => reason === "no_room")
  const many = units.length > FEW
  return el(
    "div",
    { class: "note" },
    icon("warn"),
    el(
      "div",
      { class: "grow" },
      many ? el("p", {}, t("coverage.allocate_n_left", { n: count(units.length) })) : null,
      many ? folded(units.map(line)) : el("ul", { class: "left-list" }, ...units.map(line)),
      isFull ? suggestion(answer, use) : null,
    ),
  )
}

const folded = (lines) =>
  el(
    "details",
    {},
    el("summary", {}, t("coverage.allocate_list")),
    el("ul", { class: "left-list" }, ...lines),
  )

function suggestion({ units, centres }, use) {
  const taking = centres.filter(({ reached }) => reached).length
  const [least, most] = [Math.floor(units.length / taking), Math.ceil(units.length / taking)]
  return el(
    "button",
    { type: "button", class: "btn small", onclick: () => use(least, most) },
    fitting(least, most),
  )
}

function centreTable({ centres, speed_kmh: speed }, colours) {
  const heads = ["centre", "units", "households", "mean", "farthest"]
  const row = (one) =>
    el(
      "tr",
      {},
      el(
        "td",
        {},
        swatch(colours, one.id),
        el("span", {}, one.name || t("coverage.unnamed")),
        one.reached ? null : el("span", { class: "pill warn" }, t("coverage.allocate_unreached")),
      ),
      number(count(one.units)),
      number(count(one.households)),
      number(
        one.metres === null ? "–" : t("coverage.n_minutes", { n: count(minutesOf(one.metres, speed), 0) }),
      ),
      number(one.farthest_m === null ? "–" : length(one.farthest_m)),
    )
  return el(
    "table",
    { class: "table task-table" },
    el("thead", {}, headRow(heads)),
    el("tbody", {}, ...centres.map(row)),
  )
}

function unitTable({ units, centres, speed_kmh: speed }, { colours, level, zoomTo }) {
  const names = new Map(centres.map(({ id, name }) => [id, name || t("coverage.unnamed")]))
  const row = (unit) =>
    clickRow(
      () => zoomTo(unit),
      unit.code,
      el("td", {}, ...nameOf(unit, level)),
      number(count(unit.households)),
      unit.centre === null
        ? el("td", { class: "bad" }, t("coverage.allocate_none"))
        : el("td", {}, swatch(colours, unit.centre), el("span", {}, names.get(unit.centre))),
      number(
        unit.metres === null
          ? "–"
          : `${length(unit.metres)} · ${t("coverage.n_minutes", { n: count(minutesOf(unit.metres, speed), 0) })}`,
      ),
    )
  const first = level === "grids" ? "grid" : "community"
  return el(
    "table",
    { class: "table task-table" },
    el("thead", {}, headRow([first, "households", "centre", "walk"])),
    el("tbody", {}, ...units.map(row)),
  )
}

const LEFT_COLUMNS = new Set(["centre", "grid", "community"])
const headRow = (keys) =>
  el(
    "tr",
    {},
    ...keys.map((name) =>
      el("th", { class: LEFT_COLUMNS.has(name) ? null : "number", scope: "col" }, t(`coverage.th_${name}`)),
    ),
  )

/** The bounds cannot be kept: what is wrong, and bounds that can. */
export function drawImpossible(error, { units, centres, use }) {
  const least = centres ? Math.floor(units / centres) : null
  const most = centres ? Math.ceil(units / centres) : null
  show(
    find("#allocate-answer"),
    el(
      "div",
      { class: "section" },
      el("p", { class: "note", role: "alert" }, icon("warn"), el("span", {}, error.message)),
      centres
        ? el(
            "button",
            { type: "button", class: "btn small", onclick: () => use(least, most) },
            fitting(least, most),
          )
        : null,
    ),
  )
}
