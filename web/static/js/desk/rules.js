// What the district sets: working days, deadlines by category, who answers, who takes cases, rounds, alerts.
import { el, show } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { post, request } from "../request.js"
import { toast } from "../toast.js"
import { groupsOf, inLanguage, vocabulary } from "../cases/vocabulary.js"
import { stageName } from "../cases/history.js"
import { alerts, bodies, rounds, workers } from "./rule-lists.js"
import { names } from "./rule-names.js"

const STAGES = ["handle", "stop_work", "penalty", "demolition", "acceptance"]
const UNITS = ["working_hour", "working_day", "hour", "day"]

export async function drawRules(holder) {
  const [settings, known, district] = await Promise.all([
    request("/api/cases/settings"),
    vocabulary(),
    request("/api/district"),
  ])
  draw(holder, settings, { known, units: district.units })
}

function draw(holder, settings, more) {
  /** Send a change; the answer is all settings anew. */
  const save = async (path, body) => {
    try {
      draw(holder, await post(`/api/cases/settings/${path}`, body), more)
      toast(t("cases.saved"))
    } catch (error) {
      sayError(error, { id: "rules" })
    }
  }
  const acts = { save, ...more, nameOf: nameOf(more.known) }
  const parts = { calendar, deadlines, bodies, workers, rounds, alerts, names }
  const shown = Object.entries(parts).map(([name, part]) =>
    el("section", { id: `rules-${name}` }, el("h2", {}, t(`cases.rules_${name}`)), ...part(settings, acts)),
  )
  show(holder, el("div", { class: "rules" }, ...shown))
}

const nameOf = (known) => (code) =>
  `${code} ${inLanguage(known.categories.find((each) => each.code === code)) || ""}`.trim()

/** A select of categories; groups themselves may be chosen. */
export function categories(known, { groups = true } = {}) {
  const options = groupsOf(known.categories).map((group) => {
    const code = group.options[0]?.value.slice(0, 2)
    const whole = groups ? el("option", { value: code }, `${code} ${group.name}`) : null
    return el(
      "optgroup",
      { label: group.name },
      ...[whole, ...group.options.map(({ value, name }) => el("option", { value }, name))].filter(Boolean),
    )
  })
  return el(
    "select",
    { class: "select", name: "category", required: true, "aria-label": t("incidents.category") },
    ...options,
  )
}

/** A form in one line; `read(form)` is sent to `path`. */
export function lineForm(fields, { path, read, save, label = t("cases.add") }) {
  const form = el("form", { class: "desk-choices" }, ...fields, el("button", { class: "btn" }, label))
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    save(path, read(form.elements))
  })
  return form
}

export const table = (columns, rows) =>
  el(
    "div",
    { class: "scroll" },
    el(
      "table",
      { class: "table" },
      el("thead", {}, el("tr", {}, ...columns.map((name) => el("th", {}, name ? t(`cases.${name}`) : "")))),
      el("tbody", {}, ...rows.map((cells) => el("tr", {}, ...cells.map((cell) => el("td", {}, cell))))),
    ),
  )

export const small = (label, onclick) =>
  el("button", { type: "button", class: "btn small quiet", onclick }, label)

function calendar({ calendar: told }, { save }) {
  const hours = told.hours.map((part) => part.join("–")).join(" · ")
  const tone = told.ends_soon ? "warn" : ""
  const day = el("input", {
    class: "input",
    type: "date",
    name: "day",
    required: true,
    "aria-label": t("cases.day"),
  })
  const works = el(
    "select",
    { class: "select", name: "working", "aria-label": t("cases.works") },
    ...["true", "false"].map((v) =>
      el("option", { value: v }, t(v === "true" ? "cases.working" : "cases.day_off")),
    ),
  )
  const note = el("input", {
    class: "input",
    name: "note",
    maxlength: 120,
    placeholder: t("cases.field_note"),
  })
  const week = told.next.map(({ day: date, working }) =>
    el(
      "li",
      { class: working ? "" : "off", title: t(working ? "cases.working" : "cases.day_off") },
      date.slice(5),
    ),
  )
  return [
    el("p", {}, t("cases.hours_note", { hours })),
    el("p", { class: `calendar-end ${tone}` }, t("cases.known_until", { date: told.known_until })),
    el("ul", { class: "next-days" }, ...week),
    lineForm([day, works, note], {
      path: "days",
      save,
      read: (f) => ({ day: f.day.value, working: f.working.value === "true", note: f.note.value || null }),
    }),
    told.days.length
      ? table(
          ["day", "works", "field_note", ""],
          told.days.map((row) => [
            row.day,
            t(row.working ? "cases.working" : "cases.day_off"),
            row.note ?? "",
            small(t("common.delete"), () => save("days", { day: row.day, working: null })),
          ]),
        )
      : el("p", { class: "caption" }, t("cases.no_own_days")),
  ]
}

const inUnit = ({ stage, amount, unit }) => `${stageName(stage)} ${amount} ${t(`cases.unit_${unit}`)}`

function deadlines({ deadlines: rules }, { save, known, nameOf: name }) {
  const amount = el("input", {
    class: "input",
    type: "number",
    name: "amount",
    min: 1,
    max: 1000,
    value: 2,
    "aria-label": t("cases.amount"),
  })
  const unit = el(
    "select",
    { class: "select", name: "unit", "aria-label": t("cases.unit") },
    ...UNITS.map((value) => el("option", { value }, t(`cases.unit_${value}`))),
  )
  const stage = el(
    "select",
    { class: "select", name: "stage", "aria-label": t("cases.stages") },
    ...STAGES.map((value) => el("option", { value }, stageName(value))),
  )
  const after = el(
    "label",
    { class: "choice" },
    el("input", { type: "checkbox", name: "after" }),
    el("span", {}, t("cases.as_next_stage")),
  )
  return [
    el("p", { class: "caption" }, t("cases.deadlines_note")),
    table(
      ["part_category", "stages", ""],
      rules.map(({ category, stages }) => [
        name(category),
        stages.map(inUnit).join(" → "),
        small(t("common.delete"), () => save("deadlines", { category, stages: [] })),
      ]),
    ),
    lineForm([categories(known), stage, amount, unit, after], {
      path: "deadlines",
      save,
      label: t("cases.set"),
      read: (f) => {
        const before = rules.find(({ category }) => category === f.category.value)?.stages ?? []
        const told = { stage: f.stage.value, amount: Number(f.amount.value), unit: f.unit.value }
        return { category: f.category.value, stages: [...(f.after.checked ? before : []), told] }
      },
    }),
  ]
}
