// The table of a tier: each unit, what it has, and whether that is what it should have.
import { el, icon } from "../dom.js"
import { t } from "../language.js"
import { count } from "../number-format.js"
import { clickRow } from "./rows.js"

const TONE = { fine: "ok", missing: "over", doubled: "warn" }
const COLUMNS = ["unit", "n", "services", "state"]

export function tierTable(tier, { units, services, outside }, { asked, zoomTo }) {
  const head = (name) =>
    el("th", { class: name === "n" ? "number" : null, scope: "col" }, t(`coverage.tier_th_${name}`))
  return [
    el("p", { class: "caption" }, t(`coverage.tier_line_${tier}`, { n: services, units: units.length })),
    el(
      "table",
      { class: "table task-table tier-table" },
      el("thead", {}, el("tr", {}, ...COLUMNS.map(head))),
      el("tbody", {}, ...units.map((unit) => row(unit, zoomTo))),
    ),
    outside.length
      ? el(
          "p",
          { class: "note" },
          icon("warn"),
          el("span", {}, t("coverage.tier_outside_n", { n: outside.length })),
        )
      : null,
    el(
      "p",
      { class: "task-links" },
      el(
        "a",
        { class: "link", href: `/api/coverage/tiers.xlsx?${asked}`, download: true },
        icon("download"),
        "XLSX",
      ),
    ),
  ]
}

function row(unit, zoomTo) {
  const names = unit.services.map(({ name }) => name || t("coverage.unnamed")).join(t("coverage.and_sign"))
  return clickRow(
    () => zoomTo(unit),
    unit.code,
    el("td", {}, el("b", {}, unit.name)),
    el("td", { class: "number" }, count(unit.n)),
    el("td", { class: "tier-names", title: names }, names),
    el("td", {}, el("span", { class: `pill ${TONE[unit.state]}` }, t(`coverage.tier_${unit.state}`))),
  )
}
