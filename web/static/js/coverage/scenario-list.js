// The list of scenarios that are kept: what each holds, whose it is; compared, opened, renamed, deleted.
import { el, find, icon, show } from "../dom.js"
import { language, t } from "../language.js"
import { day } from "../number-format.js"
import { request } from "../request.js"

export function drawScenarios(scenarios, { compare, open, changed, kindOf }) {
  const holder = find("#scenario-list")
  if (!scenarios.length)
    return show(
      holder,
      el("div", { class: "empty" }, icon("compare"), el("p", {}, t("coverage.scenarios_empty"))),
    )
  const kindName = (key) => kindOf(key)?.[language] ?? key
  return show(
    holder,
    el(
      "ul",
      { class: "scenario-list" },
      ...scenarios.map((one) => line(one, { compare, open, changed, kindName })),
    ),
  )
}

function line(scenario, { compare, open, changed, kindName }) {
  const { name, kinds, author, changed_at: at, may_change: mayChange } = scenario
  const facts = { opened: scenario.opened, moved: scenario.moved, closed: scenario.closed }
  const isEmpty = !kinds.length
  const small = (key, run, disabled = false) =>
    el("button", { type: "button", class: "link", onclick: run, disabled }, t(`coverage.scenario_${key}`))
  return el(
    "li",
    {},
    el(
      "div",
      { class: "scenario-head" },
      el("b", { class: "grow" }, name),
      el("span", { class: "muted" }, `${author ?? ""} ${day(at)}`),
    ),
    el(
      "p",
      { class: "caption" },
      kinds.map(kindName).join(t("coverage.and_sign")),
      isEmpty ? t("coverage.scenario_holds_none") : ` · ${t("coverage.scenario_holds", facts)}`,
    ),
    el(
      "p",
      { class: "scenario-acts" },
      small("do_compare", () => compare(scenario)),
      isEmpty ? null : small("do_open", () => open(scenario)),
      mayChange ? small("do_rename", () => askName(scenario, changed)) : null,
      mayChange ? small("do_delete", () => askDelete(scenario, changed)) : null,
    ),
  )
}

function askName(scenario, changed) {
  const name = el("input", { class: "input", maxlength: "80", required: true, value: scenario.name })
  const rename = () =>
    request(`/api/scenarios/${scenario.id}`, { method: "PUT", body: { name: name.value.trim() } })
  const field = el("label", { class: "field" }, el("span", {}, t("coverage.scenario_name")), name)
  ask({
    title: t("coverage.scenario_do_rename"),
    body: field,
    act: t("coverage.scenario_keep"),
    run: rename,
    changed,
  })
  name.select()
}

/** Deleting cannot be undone, so it asks once. */
function askDelete(scenario, changed) {
  const remove = () => request(`/api/scenarios/${scenario.id}`, { method: "DELETE" })
  const body = el("p", {}, t("coverage.scenario_confirm", { name: scenario.name }))
  ask({
    title: t("coverage.scenario_delete_title"),
    body,
    act: t("common.delete"),
    run: remove,
    changed,
    sure: true,
  })
}

function ask({ title, body, act, run, changed, sure = false }) {
  const dialog = find("#scenario-dialog")
  const wrong = el("p", { class: "note", role: "alert", hidden: true })
  const go = async (event) => {
    event.preventDefault()
    try {
      await run()
      dialog.close()
      changed()
    } catch (error) {
      wrong.hidden = false
      show(wrong, icon("warn"), el("span", {}, error.message))
    }
  }
  show(
    dialog,
    el(
      "form",
      { onsubmit: go },
      el("header", {}, el("h1", { id: "scenario-title" }, title)),
      el("div", { class: "body" }, body, wrong),
      el(
        "footer",
        {},
        el("span", { class: "grow" }),
        el("button", { type: "button", class: "btn", onclick: () => dialog.close() }, t("common.cancel")),
        el("button", { type: "submit", class: sure ? "btn danger sure" : "btn primary" }, act),
      ),
    ),
  )
  dialog.showModal()
}
