// One row of a quarantine: its values to be changed, its repair to be taken, or the row to be dropped.
import { el } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { post } from "../request.js"
import { toast } from "../toast.js"

function facts({ facts: told }) {
  const names = [
    ...["before_m2", "after_m2", "area_m2", "other", "earlier", "parent"],
    ...["declared", "found", "code", "day", "why"],
  ]
  const known = names.filter((name) => told[name] !== undefined && told[name] !== "")
  if (!known.length) return null
  return el(
    "p",
    { class: "caption" },
    known.map((name) => t(`import.fact_${name}`, { v: told[name] })).join(" · "),
  )
}

/** The cells of a row in the order of its file. */
function orderedCells({ run }, { written }) {
  const order = run.summary?.headings ?? []
  const place = (heading) => (order.includes(heading) ? order.indexOf(heading) : order.length)
  return Object.entries(written).sort(([a], [b]) => place(a) - place(b))
}

export function rowForm(state, row) {
  const fields = orderedCells(state, row).map(([heading, text]) =>
    el(
      "label",
      { class: "field" },
      el("span", {}, heading),
      el("input", { class: "input", name: heading, value: text }),
    ),
  )
  const values = () =>
    Object.fromEntries([...box.querySelectorAll("input[name]")].map((i) => [i.name, i.value]))
  const send = el("button", { type: "submit", class: "btn primary small" }, t("import.mend"))
  const accept = row.suggestion
    ? el(
        "button",
        {
          type: "button",
          class: "btn small",
          onclick: () => mend(state, row, { values: values(), accept: true }),
        },
        t("import.accept"),
      )
    : null
  const skip = el(
    "button",
    { type: "button", class: "btn quiet small", onclick: () => dropRow(state, row) },
    t("import.drop_row"),
  )
  const box = el(
    "form",
    { class: "row-form" },
    facts(row),
    ...fields,
    el("div", { class: "look-actions" }, send, accept, skip),
  )
  box.addEventListener("submit", (event) => {
    event.preventDefault()
    mend(state, row, { values: values() })
  })
  return box
}

async function mend(state, row, body) {
  try {
    const done = await post(`/api/imports/${state.id}/quarantine/${row.id}`, body)
    toast(t("import.mended", { run: done.run }))
    await state.refresh()
  } catch (error) {
    const reasons = Object.keys(error.facts?.reasons ?? {}).map((reason) => t(`reject.${reason}`))
    if (reasons.length) toast(t("import.still_wrong", { why: reasons.join("，") }))
    else sayError(error)
  }
}

async function dropRow(state, row) {
  await post(`/api/imports/${state.id}/quarantine/${row.id}/drop`, {}).catch(sayError)
  await state.refresh()
}
