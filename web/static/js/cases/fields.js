// The fields of a step's form, by the facts that the step needs.
import { el } from "../dom.js"
import { t } from "../language.js"
import { momentOf } from "./moment.js"
import { groupsOf } from "./vocabulary.js"

const LONG = new Set(["note", "goal", "acceptance"])
const MOMENTS = new Set(["until", "hearing"])

const label = (name, control, hint = "") =>
  el(
    "label",
    { class: "field" },
    el("span", {}, t(`cases.field_${name}`)),
    control,
    hint && el("small", { class: "caption" }, hint),
  )

function choice(name, options, { empty = true, required = false } = {}) {
  return el(
    "select",
    { class: "select", name, required },
    empty ? el("option", { value: "" }, t("cases.choose")) : null,
    ...options,
  )
}

const option = ({ value, name }) => el("option", { value }, name)

const CONTROLS = {
  category: ({ known }) =>
    choice(
      "category",
      groupsOf(known.categories).map((group) =>
        el("optgroup", { label: group.name }, ...group.options.map(option)),
      ),
    ),
  reason: ({ known }) =>
    choice(
      "reason",
      known.reasons.map((value) => option({ value, name: t(`cases.reason_${value}`) })),
      { empty: false },
    ),
  assignee: ({ known }) =>
    choice(
      "assignee",
      known.assignable.map((one) =>
        option({
          value: one.id,
          name: [one.name, one.body ?? one.grid_code?.slice(-3)].filter(Boolean).join(" · "),
        }),
      ),
      { required: true },
    ),
  original: ({ required }) =>
    el("input", { class: "input", name: "original", type: "number", min: 1, required }),
  satisfied: () =>
    el(
      "span",
      { class: "choices" },
      ...["true", "false"].map((value) =>
        el(
          "label",
          { class: "choice" },
          el("input", { type: "radio", name: "satisfied", value, required: true }),
          el("span", {}, t(value === "true" ? "cases.satisfied" : "cases.unsatisfied")),
        ),
      ),
    ),
}

/** The labelled field of a fact. */
export function field(name, { known, required = true, hint = "" }) {
  if (CONTROLS[name]) {
    const control = CONTROLS[name]({ known, required })
    return name === "satisfied" ? control : label(name, control, hint)
  }
  const shared = { class: "input", name, required }
  if (LONG.has(name)) return label(name, el("textarea", { ...shared, rows: 2, maxlength: 4000 }), hint)
  if (MOMENTS.has(name)) return label(name, el("input", { ...shared, type: "datetime-local" }), hint)
  return label(name, el("input", { ...shared, maxlength: 120, autocomplete: "off" }), hint)
}

const READ = {
  original: Number,
  assignee: Number,
  satisfied: (value) => value === "true",
  private: (value) => value === "on",
  until: (value) => momentOf(value),
  hearing: (value) => momentOf(value),
}

/** What a form was told, as the server reads it; empty fields are left out. */
export function factsOf(form) {
  const told = [...new FormData(form)].filter(([, value]) => String(value).trim() !== "")
  return Object.fromEntries(told.map(([name, value]) => [name, READ[name]?.(value) ?? value]))
}
