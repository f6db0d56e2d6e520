// The weekly meeting of a community: its open cases of an ISO week, to read, to print, to hand around.
import { el, icon, show } from "../dom.js"
import { language, t } from "../language.js"
import { sayError } from "../messages.js"
import { count, day, shortCode } from "../number-format.js"
import { request } from "../request.js"
import { listOf } from "./list-of.js"
import { isoWeek, shifted } from "./week.js"

const wanted = { unit: null, week: isoWeek(new Date()) }

export async function drawAgenda(holder, choose) {
  const { units } = await request("/api/district")
  const communities = units.filter((unit) => unit.role === "community")
  wanted.unit ??= communities[0]?.id
  const room = el("div", {})
  const load = () => fill(room, choose).catch((error) => sayError(error, { id: "desk" }))
  show(holder, choices(communities, load), room)
  if (wanted.unit) await load()
}

function choices(communities, load) {
  const unit = el(
    "select",
    { class: "select" },
    ...communities.map(({ id, name }) => el("option", { value: id }, name)),
  )
  unit.value = wanted.unit
  const week = el("input", {
    class: "input",
    value: wanted.week,
    pattern: String.raw`\d{4}-W\d{2}`,
    size: 9,
    maxlength: 8,
  })
  unit.addEventListener("change", () => ((wanted.unit = Number(unit.value)), load()))
  week.addEventListener("change", () => week.reportValidity() && ((wanted.week = week.value), load()))
  const step = (days) => () => {
    wanted.week = week.value = isoWeek(shifted(wanted.week, days))
    load()
  }
  return el(
    "div",
    { class: "desk-choices" },
    el("label", { class: "inline-field" }, el("span", {}, t("cases.community")), unit),
    el(
      "button",
      { type: "button", class: "icon-btn", "aria-label": t("cases.week_before"), onclick: step(-7) },
      icon("chevron-left"),
    ),
    el("label", { class: "inline-field" }, el("span", {}, t("cases.week")), week),
    el(
      "button",
      { type: "button", class: "icon-btn", "aria-label": t("cases.week_after"), onclick: step(7) },
      icon("chevron"),
    ),
  )
}

async function fill(room, choose) {
  const query = new URLSearchParams(wanted)
  const told = await request(`/api/cases/agenda?${query}`)
  const { rows } = told
  const file = (form, sign) =>
    el(
      "a",
      { class: "btn", href: `/api/cases/agenda.${form}?${query}`, download: "" },
      icon(sign),
      form.toUpperCase(),
    )
  show(
    room,
    el(
      "div",
      { class: "desk-head" },
      el("h2", { class: "grow" }, t("cases.agenda_title", { unit: told.unit_name })),
      file("xlsx", "download"),
      file("pdf", "print"),
    ),
    el("p", {}, ...summary(told)),
    rows.length
      ? table(rows, choose)
      : el("div", { class: "empty" }, icon("check"), el("p", {}, t("cases.agenda_none"))),
  )
}

/** The sentence of the week; what was closed in it opens its list. */
function summary({ first, last, since, until, rows, at_grid: share }) {
  const week = { closedSince: since, closedUntil: until, community: wanted.unit }
  const links = {
    closed: listOf(count(share.total), "closed", week),
    at_grid: listOf(count(share.n), "at_grid", week),
  }
  const words = t("cases.agenda_summary", {
    first,
    last,
    n: count(rows.length),
    overdue: count(rows.filter((row) => row.overdue).length),
    percent: share.percent ?? "–",
    closed: "⟦closed⟧",
    at_grid: "⟦at_grid⟧",
  })
  return words.split(/⟦(\w+)⟧/).map((part, i) => (i % 2 ? links[part] : part))
}

function table(rows, choose) {
  const columns = ["number", "grid", "category", "what", "level", "due", "who"]
  const cells = (row) => [
    el("button", { type: "button", class: "link", onclick: () => choose(row.id) }, `#${row.id}`),
    row.grid_code ? shortCode(row.grid_code) : "–",
    language === "en" ? row.category_en : row.category_zh,
    row.text ?? "",
    String(row.level),
    el("span", { class: row.overdue ? "bad" : "" }, day(row.due_at)),
    row.body ?? row.assignee_name ?? "",
  ]
  return el(
    "div",
    { class: "scroll" },
    el(
      "table",
      { class: "table" },
      el("thead", {}, el("tr", {}, ...columns.map((c) => el("th", {}, t(`cases.agenda_${c}`))))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...cells(row).map((cell) => el("td", {}, cell))))),
    ),
  )
}
