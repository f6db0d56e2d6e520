// Rules that are lists: who answers for what, who takes cases, rounds, alerts.
import { el } from "../dom.js"
import { t } from "../language.js"
import { count } from "../number-format.js"
import { categories, lineForm, small, table } from "./rules.js"

const text = (name, label) =>
  el("input", {
    class: "input",
    name,
    required: true,
    maxlength: 120,
    placeholder: label,
    "aria-label": label,
  })

const number = (name, value, { min = 1, max = 366 } = {}) =>
  el("input", {
    class: "input",
    type: "number",
    name,
    min,
    max,
    value,
    required: true,
    "aria-label": t(`cases.${name}`),
  })

const unitChoice = (units) =>
  el(
    "select",
    { class: "select", name: "unit", "aria-label": t("cases.unit_of") },
    ...units.filter((unit) => unit.role).map(({ id, name }) => el("option", { value: id }, name)),
  )

/** Rows of one category and unit together: they are set together. */
function grouped(rows) {
  const groups = new Map()
  for (const { category_code: category, unit_id: unit, unit_name: name, body } of rows) {
    const key = `${category} ${unit}`
    if (!groups.has(key)) groups.set(key, { category, unit, name, bodies: [] })
    groups.get(key).bodies.push(body)
  }
  return [...groups.values()]
}

export function bodies({ responsibilities }, { save, known, units, nameOf }) {
  const groups = grouped(responsibilities)
  const found = (category, unit) =>
    groups.find((g) => g.category === category && g.unit === unit)?.bodies ?? []
  return [
    el("p", { class: "caption" }, t("cases.bodies_note")),
    table(
      ["part_category", "unit_of", "body", ""],
      groups.map(({ category, unit, name, bodies: named }) => [
        nameOf(category),
        name,
        named.join(" · "),
        small(t("common.delete"), () => save("bodies", { category, unit, bodies: [] })),
      ]),
    ),
    lineForm([categories(known), unitChoice(units), text("body", t("cases.body"))], {
      path: "bodies",
      save,
      read: (f) => ({
        category: f.category.value,
        unit: Number(f.unit.value),
        bodies: [...new Set([...found(f.category.value, Number(f.unit.value)), f.body.value])],
      }),
    }),
  ]
}

export function workers({ workers: accounts }, { save }) {
  const named = accounts.filter(({ body }) => body)
  const others = accounts.filter(({ body }) => !body)
  const choice = el(
    "select",
    { class: "select", name: "account", required: true, "aria-label": t("cases.account") },
    ...others.map(({ id, name, role }) =>
      el("option", { value: id }, `${name} · ${t(`common.role_${role}`)}`),
    ),
  )
  return [
    el("p", { class: "caption" }, t("cases.workers_note")),
    table(
      ["account", "body", ""],
      named.map(({ id, name, body }) => [
        name,
        body,
        small(t("cases.take_off"), () => save("workers", { account: id, body: null })),
      ]),
    ),
    lineForm([choice, text("body", t("cases.body"))], {
      path: "workers",
      save,
      read: (f) => ({ account: Number(f.account.value), body: f.body.value }),
    }),
  ]
}

export function rounds({ rounds: plans }, { save, known, units, nameOf }) {
  const today = new Date().toISOString().slice(0, 10)
  const start = el("input", {
    class: "input",
    type: "date",
    name: "starts",
    required: true,
    value: today,
    "aria-label": t("cases.starts_on"),
  })
  return [
    el("p", { class: "caption" }, t("cases.rounds_note")),
    table(
      ["round_name", "part_category", "unit_of", "every_days", "starts_on", ""],
      plans.map((plan) => [
        plan.name,
        nameOf(plan.category_code),
        plan.unit_name,
        count(plan.every_days),
        plan.starts_on,
        small(t(plan.active ? "cases.pause" : "cases.go_on"), () =>
          save(`rounds/${plan.id}`, { active: !plan.active }),
        ),
      ]),
    ),
    lineForm(
      [
        text("name", t("cases.round_name")),
        categories(known, { groups: false }),
        unitChoice(units),
        number("every_days", 7),
        start,
      ],
      {
        path: "rounds",
        save,
        read: (f) => ({
          name: f.name.value,
          category: f.category.value,
          unit: Number(f.unit.value),
          every_days: Number(f.every_days.value),
          starts_on: f.starts.value,
        }),
      },
    ),
  ]
}

export function alerts({ alerts: rules }, { save, nameOf }) {
  const form = (rule) =>
    lineForm(
      [
        el("b", {}, t(`cases.alert_${rule.kind}`)),
        rule.category_code ? el("span", { class: "muted" }, nameOf(rule.category_code)) : null,
        el("label", { class: "inline-field" }, t("cases.n"), number("n", rule.n)),
        el("label", { class: "inline-field" }, t("cases.days"), number("days", rule.days)),
        rule.kind === "cluster"
          ? el(
              "label",
              { class: "inline-field" },
              t("cases.metres"),
              number("metres", rule.metres, { min: 0, max: 5000 }),
            )
          : null,
        el(
          "label",
          { class: "choice" },
          el("input", { type: "checkbox", name: "active", checked: rule.active }),
          el("span", {}, t("cases.is_on")),
        ),
      ],
      {
        path: `alerts/${rule.key}`,
        save,
        label: t("cases.set"),
        read: (f) => ({
          n: Number(f.n.value),
          days: Number(f.days.value),
          metres: Number(f.metres?.value ?? rule.metres),
          active: f.active.checked,
        }),
      },
    )
  return [el("p", { class: "caption" }, t("cases.alerts_note")), ...rules.map(form)]
}
