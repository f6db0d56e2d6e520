// The monthly ranking of grids: frozen once, private until an administrator shows it.
import { el } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { codeGroups, count, day } from "../number-format.js"
import { post } from "../request.js"
import { listOf } from "./list-of.js"

const percent = (value) => (value === null ? "–" : `${value.toFixed(1)} %`)
const isAdministrator = () => document.body.dataset.role === "administrator"

export function drawRankings({ rankings, least }, again) {
  return el(
    "section",
    {},
    el("h2", {}, t("cases.rankings")),
    el("p", { class: "caption" }, t("cases.rankings_note", { n: least })),
    isAdministrator() ? freezeForm(again) : null,
    ...(rankings.length
      ? rankings.map((one) => drawRanking(one, again))
      : [el("p", {}, t("cases.no_rankings"))]),
  )
}

function freezeForm(again) {
  const now = new Date()
  const last = new Date(now.getFullYear(), now.getMonth() - 1, 15)
  const value = `${last.getFullYear()}-${String(last.getMonth() + 1).padStart(2, "0")}`
  const month = el("input", {
    class: "input",
    type: "month",
    required: true,
    "aria-label": t("cases.part_month"),
    value,
  })
  const form = el("form", { class: "desk-choices" }, month, el("button", { class: "btn" }, t("cases.freeze")))
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    post("/api/cases/rankings", { month: `${month.value}-01` }).then(again, (error) =>
      sayError(error, { id: "ranking" }),
    )
  })
  return form
}

function drawRanking({ month, since, until, frozen_at: frozen, public: isPublic, rows }, again) {
  const turn = () =>
    post("/api/cases/rankings/shown", { month: `${month}-01`, public: !isPublic }).then(again, (error) =>
      sayError(error, { id: "ranking" }),
    )
  const cells = (row) => [
    row.rank ?? t("cases.too_few"), codeGroups(row.grid),
    ...[
      [count(row.closed), "closed"], [percent(row.on_time), "on_time"],
      [percent(row.satisfaction), "satisfied"],
      [row.median_days === null ? "–" : count(row.median_days, 1), "closed"],
    ].map(([text, figure]) => listOf(text, figure, { since, until, by: "grid", part: row.grid })),
  ] // prettier-ignore
  const columns = ["rank", "part_grid", "closed", "on_time", "satisfaction", "median_days"]
  return el(
    "details",
    { class: "ranking" },
    el(
      "summary",
      {},
      el("b", {}, month),
      ` ${t("cases.frozen", { at: day(frozen) })} `,
      el("span", { class: `pill ${isPublic ? "ok" : ""}` }, t(isPublic ? "cases.shown" : "cases.not_shown")),
    ),
    isAdministrator()
      ? el(
          "button",
          { type: "button", class: "btn small", onclick: turn },
          t(isPublic ? "cases.hide_ranking" : "cases.show_ranking"),
        )
      : null,
    el("p", { class: "caption" }, t("cases.ranking_live")),
    el(
      "table",
      { class: "table" },
      el("thead", {}, el("tr", {}, ...columns.map((name) => el("th", {}, t(`cases.${name}`))))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...cells(row).map((cell) => el("td", {}, cell))))),
    ),
  )
}
