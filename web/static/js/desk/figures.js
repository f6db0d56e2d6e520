// How well cases are dealt with: each figure with its formula, both its numbers and its period.
import { el, icon, show } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { count } from "../number-format.js"
import { request } from "../request.js"
import { figureMap } from "./figure-map.js"
import { per, table } from "./figure-table.js"
import { listOf } from "./list-of.js"
import { drawRankings } from "./rankings.js"

const PARTS = ["grid", "month", "channel", "community", "category"]
const PERIODS = [30, 90, 365, 0]
const wanted = { by: "community", days: 90 }

const of = ({ n, total }, [part, all], period) => [
  listOf(count(n), part, period),
  " / ",
  listOf(count(total), all, period),
]

export async function drawFigures(holder) {
  const from = wanted.days
    ? `&from=${encodeURIComponent(new Date(Date.now() - wanted.days * 864e5).toISOString())}`
    : ""
  const [told, rankings] = await Promise.all([
    request(`/api/cases/figures?by=${wanted.by}${from}`),
    request("/api/cases/rankings"),
  ])
  const again = () => drawFigures(holder).catch((error) => sayError(error, { id: "desk" }))
  show(
    holder,
    choices(again),
    ...(told.whole
      ? [whole(told), gauges(told), figureMap(told.since), apart(told), table(told)]
      : [nothing()]),
    drawRankings(rankings, again),
  )
}

const nothing = () => el("div", { class: "empty" }, icon("list"), el("p", {}, t("cases.no_figures")))

function choices(again) {
  const pick = (name, values, word) => {
    const select = el(
      "select",
      { class: "select", "aria-label": t(`cases.pick_${name}`) },
      ...values.map((value) => el("option", { value }, word(value))),
    )
    select.value = wanted[name]
    select.addEventListener("change", () => {
      wanted[name] = name === "days" ? Number(select.value) : select.value
      again()
    })
    return el("label", { class: "inline-field" }, el("span", {}, t(`cases.pick_${name}`)), select)
  }
  return el(
    "div",
    { class: "desk-choices" },
    pick("days", PERIODS, (n) => (n ? t("incidents.days", { n }) : t("incidents.all_time"))),
    pick("by", PARTS, (part) => t(`cases.by_${part}`)),
  )
}

const figure = (value, name, under, formula) =>
  el(
    "div",
    { class: "figure", title: formula },
    el("b", {}, value),
    el("span", {}, name),
    el("small", {}, under),
  )

function whole({ whole: sums, since }) {
  const { resolved } = sums
  const shares = ["grid", "community", "above"].map((level) => [
    `${t(`cases.at_${level}`)} `,
    listOf(`${resolved[level].percent.toFixed(1)} %`, `at_${level}`, { since }),
    " ",
  ])
  return el(
    "div",
    {},
    el(
      "div",
      { class: "desk-figures" },
      figure(
        listOf(per(sums.satisfaction), "satisfied", { since }),
        t("cases.satisfaction"),
        [
          ...of(sums.satisfaction, ["satisfied", "rated"], { since }),
          " · ",
          listOf(t("cases.unrated_n", { n: count(sums.unrated) }), "unrated", { since }),
        ],
        t("cases.satisfaction_formula"),
      ),
      figure(
        listOf(per(sums.on_time), "on_time", { since }),
        t("cases.on_time"),
        of(sums.on_time, ["on_time", "with_deadline"], { since }),
        t("cases.on_time_formula"),
      ),
      figure(
        listOf(sums.median_days === null ? "–" : count(sums.median_days, 1), "closed", { since }),
        t("cases.median_days"),
        listOf(t("cases.closed_n", { n: count(sums.closed) }), "closed", { since }),
        t("cases.median_formula"),
      ),
      figure(
        listOf(count(sums.total), "total", { since }),
        t("cases.total"),
        listOf(t("cases.overdue_n", { n: count(sums.overdue) }), "overdue", { since }),
        "",
      ),
    ),
    el("p", { class: "share-line" }, el("b", {}, t("cases.resolved_at")), " ", ...shares.flat()),
    el(
      "p",
      { class: "caption" },
      [t("cases.satisfaction_formula"), t("cases.on_time_formula"), t("cases.resolved_formula")].join("；"),
    ),
  )
}

function gauges({ gauges: told, since }) {
  const gauge = (name) =>
    el(
      "li",
      { title: t(`cases.gauge_${name}_formula`) },
      el("span", {}, t(`cases.gauge_${name}`)),
      el("meter", {
        min: 0,
        max: 100,
        value: told[name].percent ?? 0,
        "aria-label": t(`cases.gauge_${name}`),
      }),
      el("b", {}, LISTED[name] ? listOf(per(told[name]), LISTED[name][0], { since }) : per(told[name])),
      el(
        "small",
        { class: "caption" },
        ...counted(told, name, since),
        ` ${t(`cases.gauge_${name}_formula`)}`,
      ),
    )
  return el(
    "section",
    {},
    el("h2", {}, t("cases.gauges")),
    el("ul", { class: "gauges" }, ...Object.keys(told).map(gauge)),
  )
}

const LISTED = {
  collected: ["placed", "total"],
  resolved: ["on_time", "with_deadline"],
  rated: ["rated", "closed"],
}

/** Both numbers of a gauge; grids with a leader are no list of cases. */
const counted = (told, name, since) =>
  LISTED[name]
    ? of(told[name], LISTED[name], { since })
    : [`${count(told[name].n)} / ${count(told[name].total)}`]

/** What must not be lumped together: the three routes, and why what is closed is closed. */
function apart({ whole: { routes, reasons, rejected, duplicate }, since }) {
  const list = (title, counts, word) =>
    el(
      "div",
      {},
      el("h3", {}, title),
      el(
        "dl",
        { class: "facts" },
        ...Object.entries(counts).flatMap(([name, n]) => [
          el("dt", {}, word(name)),
          el("dd", {}, listOf(count(n), name, { since })),
        ]),
      ),
    )
  return el(
    "section",
    { class: "desk-apart" },
    list(t("cases.by_route"), routes, (name) => t(`cases.route_${name}`)),
    list(t("cases.by_reason"), { ...reasons, rejected, duplicate }, (name) => t(`cases.reason_${name}`)),
  )
}
