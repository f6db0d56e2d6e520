// What a change of services does: before and after by minutes, who loses access; the legend of the difference map.
import { rowsOf } from "../columns.js"
import { el, icon, show } from "../dom.js"
import { t } from "../language.js"
import { count, length, percent, signed } from "../number-format.js"
import { choice } from "./choice.js"

const MOST = 60
const number = (text, look = "") => el("td", { class: `number ${look}` }, text)
const share = (value) => (value === null ? "–" : percent(value / 100))
const tone = (change) => (change < 0 ? "bad" : "")
const heads = (...names) =>
  el("tr", {}, ...names.map((name, i) => el("th", { class: i ? "number" : null, scope: "col" }, name)))

const MEASURES = [
  ["households", "percent"],
  ["buildings", "buildings_percent"],
]

/** Households and buildings by minutes on both sides, then the walks; `sides` are the words for the sides. */
export function figuresTable({ a, b }, sides = [t("coverage.merge_before"), t("coverage.merge_after")]) {
  const row =
    ([whole, part]) =>
    (before, i) => {
      const after = b.minutes[i]
      const change = after[whole] - before[whole]
      return el(
        "tr",
        { class: before.minutes === choice.minutes ? "chosen" : null },
        el("th", { scope: "row" }, t("coverage.n_minutes", { n: before.minutes })),
        number(count(before[whole])),
        number(count(after[whole])),
        number(signed(change), tone(change)),
        number(`${share(before[part])} → ${share(after[part])}`),
      )
    }
  const block = (measure, i) =>
    el(
      "tbody",
      {},
      heads(
        t(`coverage.merge_${measure[0]}`),
        ...(i ? ["", "", "", ""] : [...sides, t("coverage.merge_change"), t("coverage.merge_share")]),
      ),
      ...a.minutes.map(row(measure)),
    )
  return el(
    "table",
    { class: "table task-table change-table" },
    ...MEASURES.map(block),
    el(
      "tbody",
      {},
      heads(t("coverage.merge_walks"), "", "", "", ""),
      walkRow("mean", "mean_m", { a, b, words: length, unit: "\u2009m" }),
      walkRow("farthest", "farthest_m", { a, b, words: length, unit: "\u2009m" }),
      a.out_of_reach || b.out_of_reach
        ? walkRow("out", "out_of_reach", { a, b, words: count, unit: "" })
        : null,
    ),
  )
}

function walkRow(name, field, { a, b, words, unit }) {
  const isKnown = a[field] !== null && b[field] !== null
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, t(`coverage.merge_${name}`)),
    ...[a, b].map((side) => number(side[field] === null ? "–" : words(side[field]))),
    number(isKnown ? `${signed(b[field] - a[field])}${unit}` : "–"),
    el("td"),
  )
}

/** One figure, the table, who loses access; `sum` is the line that shows that nothing vanished. */
export function drawChange(holder, answer, { zoomTo, sum, xlsx, save, sides }) {
  const at = answer.a.minutes.findIndex(({ minutes }) => minutes === answer.minutes)
  const [before, after] = [answer.a.minutes[at].households, answer.b.minutes[at].households]
  show(
    holder,
    el(
      "div",
      { class: "section" },
      el(
        "p",
        { class: "gain", "aria-live": "polite" },
        el("b", {}, `${count(before)} → ${count(after)}`),
        ` ${t("coverage.merge_result", { n: answer.minutes })} `,
        el("span", { class: `pill ${after < before ? "over" : "ok"}` }, signed(after - before)),
      ),
      answer.b.unsnapped > answer.a.unsnapped
        ? el("p", { class: "note" }, icon("warn"), el("span", {}, t("coverage.merge_unsnapped")))
        : null,
      figuresTable(answer, sides),
      sum ? el("p", { class: "caption" }, sum) : null,
      el(
        "p",
        { class: "task-links" },
        save
          ? el(
              "button",
              { type: "button", class: "btn small primary", onclick: save },
              t("coverage.merge_save"),
            )
          : null,
        el("a", { class: "link", href: xlsx, download: true }, icon("download"), t("coverage.table_xlsx")),
      ),
    ),
    el("div", { class: "section" }, ...losers(answer, zoomTo)),
  )
}

function losers(answer, zoomTo) {
  const n = answer.minutes
  const rows = rowsOf(answer.lost_buildings)
  const gained = answer.gained
    ? el("p", { class: "caption" }, t("coverage.merge_gained_line", { households: count(answer.gained) }))
    : null
  if (!rows.length) return [el("p", { class: "caption" }, t("coverage.merge_lost_none", { n })), gained]
  const title = t("coverage.merge_lost_title", {
    n,
    households: count(answer.lost),
    buildings: count(rows.length),
  })
  return [
    el("div", { class: "section-head" }, el("h2", { class: "grow" }, title)),
    gained,
    el("ul", { class: "off-list lost-list" }, ...rows.slice(0, MOST).map((row) => loser(row, zoomTo))),
    rows.length > MOST
      ? el("p", { class: "caption" }, t("coverage.and_more", { n: count(rows.length - MOST) }))
      : null,
  ]
}

const walked = (metres) => (metres === null ? t("coverage.merge_out") : length(metres))

function loser(row, zoomTo) {
  const name = row.address || row.name || t("coverage.building_n", { n: row.building })
  return el(
    "li",
    {},
    el("span", { class: "grow" }, name),
    el("b", {}, t("coverage.n_households", { n: count(row.households) })),
    el("span", { class: "muted" }, `${walked(row.metres_a)} → ${walked(row.metres_b)}`),
    el("button", { type: "button", class: "link", onclick: () => zoomTo(row) }, t("coverage.zoom_to")),
  )
}
