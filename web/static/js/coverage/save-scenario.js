// The dialog that keeps a what-if: under a new name, or in a scenario that is there already.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { post, request } from "../request.js"
import { toast } from "../toast.js"

/** Ask where to keep `change` = {kind, opened, moved, closed}. */
export async function saveScenario(change) {
  const dialog = find("#scenario-dialog")
  const known = (await request("/api/scenarios").catch(() => [])).filter((row) => row.may_change)
  const name = el("input", { class: "input", id: "scenario-name", maxlength: "80", required: true })
  const into = el(
    "select",
    { class: "select", id: "scenario-into" },
    el("option", { value: "" }, t("coverage.scenario_new")),
    ...known.map(({ id, name: called }) => el("option", { value: id }, called)),
  )
  const named = el("label", { class: "field" }, el("span", {}, t("coverage.scenario_name")), name)
  into.addEventListener("change", () => {
    named.hidden = into.value !== ""
    name.required = into.value === ""
  })
  const wrong = el("p", { class: "note", role: "alert", hidden: true })
  const key = crypto.randomUUID?.() ?? String(Math.random())
  const keep = async (event) => {
    event.preventDefault()
    try {
      if (into.value) await request(`/api/scenarios/${into.value}`, { method: "PUT", body: change })
      else await post("/api/scenarios", { name: name.value.trim(), ...change }, { "Idempotency-Key": key })
      dialog.close()
      toast(t("coverage.scenario_saved"))
    } catch (error) {
      wrong.hidden = false
      show(wrong, icon("warn"), el("span", {}, error.message))
    }
  }
  const chosen = known.length
    ? el("label", { class: "field" }, el("span", {}, t("coverage.scenario_into")), into)
    : null
  show(dialog, sheet({ fields: [chosen, named, wrong], change, dialog, keep }))
  dialog.showModal()
  name.focus()
}

function sheet({ fields, change, dialog, keep }) {
  const facts = { opened: change.opened.length, moved: change.moved.length, closed: change.closed.length }
  return el(
    "form",
    { onsubmit: keep },
    el("header", {}, el("h1", { id: "scenario-title" }, t("coverage.scenario_save"))),
    el(
      "div",
      { class: "body" },
      el("p", { class: "caption" }, t("coverage.scenario_holds", facts)),
      ...fields,
    ),
    el(
      "footer",
      {},
      el("span", { class: "grow" }),
      el("button", { type: "button", class: "btn", onclick: () => dialog.close() }, t("common.cancel")),
      el("button", { type: "submit", class: "btn primary" }, t("coverage.scenario_keep")),
    ),
  )
}
