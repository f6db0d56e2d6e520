// One import: what it came to, its quarantine on the map and in a list, each row mended or dropped, and undo.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { count, day, time } from "../number-format.js"
import { post, request } from "../request.js"
import { toast } from "../toast.js"
import { findingLine, section } from "./parts.js"
import { rowForm } from "./row-form.js"

/** Show the import `id`. */
export async function showRun(id, drawn) {
  const state = { id, drawn, panel: find("#look"), refresh: () => refresh(state) }
  await refresh(state)
}

async function refresh(state) {
  try {
    const [run, rows] = await Promise.all([
      request(`/api/imports/${state.id}`),
      request(`/api/imports/${state.id}/quarantine?state=waiting`),
    ])
    Object.assign(state, { run, rows })
    draw(state)
  } catch (error) {
    sayError(error)
  }
}

function draw(state) {
  const { run, rows, drawn, panel } = state
  const told = run.summary
  show(panel, outcome(run, told), waiting(state), foundWhile(told, drawn), undoing(state))
  const places = rows.filter((row) => row.x !== null)
  if (places.length) drawn.fit(boundsOf(places))
  drawn.show(null)
  for (const row of places) dot(row, state)
}

const boundsOf = (rows) => [
  Math.min(...rows.map((r) => r.x)),
  Math.min(...rows.map((r) => r.y)),
  Math.max(...rows.map((r) => r.x)),
  Math.max(...rows.map((r) => r.y)),
]

function dot(row, state) {
  const mark = L.circleMarker([row.y, row.x], { radius: 6, color: "#a92a1c", weight: 2, fillOpacity: 0.5 })
  mark.on("click", () => openRow(state, row)).addTo(state.drawn.shapes)
}

function outcome(run, told) {
  const numbers = ["read", "stored", "updated", "rejected"].map((name) =>
    el("div", {}, el("b", {}, count(run[name])), el("span", {}, t(`data.col_${name}`))),
  )
  const sum = t("import.adds_up", {
    stored: count(run.stored + run.updated),
    quarantined: count(run.rejected),
    read: count(run.read),
  })
  return section(
    `${t(`import.what_${run.what}`)} · ${t("import.number", { n: run.id })}`,
    run.undone_at ? el("p", { class: "pill over" }, t("import.undone")) : null,
    el("p", { class: "caption" }, `${run.file_name} · ${day(run.at)} ${time(run.at)}`),
    el("div", { class: "look-figures" }, ...numbers),
    el("p", { class: "caption", id: "adds-up" }, sum),
    told?.retired ? el("p", { class: "caption" }, t("import.retired", { n: count(told.retired) })) : null,
    el("p", { class: "caption hash" }, `SHA-256 ${run.sha256.slice(0, 16)}…`),
  )
}

function waiting(state) {
  const { rows, run } = state
  const dropped = run.quarantine.filter((each) => each.state !== "waiting")
  const gone = dropped.map(
    ({ reason, state: is, n }) => `${t(`reject.${reason}`)} · ${t(`import.state_${is}`)} ${count(n)}`,
  )
  if (!rows.length)
    return section(
      t("import.quarantine"),
      el("div", { class: "empty" }, icon("check"), el("p", {}, t("import.none_waiting"))),
      ...gone.map((words) => el("p", { class: "caption" }, words)),
    )
  const total = run.quarantine.reduce((sum, each) => sum + (each.state === "waiting" ? each.n : 0), 0)
  return section(
    t("import.quarantine_n", { n: count(total) }),
    el(
      "div",
      { class: "look-actions" },
      el("a", { class: "btn small", href: `/api/imports/${state.id}/quarantine.csv`, download: true }, "CSV"),
      el(
        "a",
        { class: "btn small", href: `/api/imports/${state.id}/quarantine.gpkg`, download: true },
        "GeoPackage",
      ),
      mendedFile(state),
    ),
    el("p", { class: "caption" }, t("import.mend_how")),
    el("ul", { class: "rows", id: "rows" }, ...rows.map((row) => rowLine(state, row))),
    total > rows.length
      ? el("p", { class: "caption" }, t("import.first_n", { n: count(rows.length) }))
      : null,
  )
}

function mendedFile(state) {
  const input = el("input", { type: "file", class: "unseen" })
  input.addEventListener("change", async () => {
    const form = new FormData()
    form.append("what", state.run.what)
    form.append("mends", String(state.id))
    form.append("file", input.files[0])
    const sent = await request("/api/imports/files", { method: "POST", body: form }).catch(
      (e) => (sayError(e), null),
    )
    if (sent) location.assign(`/data/import?file=${sent.token}`)
  })
  return el("label", { class: "btn small" }, input, t("import.upload_mended"))
}

function rowLine(state, row) {
  const title = t("import.row_reason", {
    row: count(row.number ?? 0),
    name: row.name || row.source_id,
    reason: t(`reject.${row.reason}`),
  })
  const open = el(
    "button",
    { type: "button", class: "row-open", "data-row": row.id, onclick: () => openRow(state, row) },
    title,
  )
  return el("li", { id: `row-${row.id}` }, open)
}

function openRow(state, row) {
  find(".row-form")?.remove()
  state.drawn.look(row.x === null ? null : [row.x, row.y], row.shape, row.suggestion)
  find(`#row-${row.id}`)?.append(rowForm(state, row))
  find(".row-form")?.scrollIntoView({ block: "nearest" })
}

function foundWhile(told, drawn) {
  if (!told?.findings?.length) return null
  return section(
    t("import.findings"),
    el("ul", { class: "findings" }, ...told.findings.map((f) => findingLine(f, (p) => drawn.look(p)))),
  )
}

function undoing(state) {
  if (state.run.undone_at || !state.run.source) return null
  const button = el("button", { type: "button", class: "btn danger", id: "undo" }, t("import.undo"))
  button.addEventListener("click", async () => {
    if (!button.classList.contains("sure")) {
      button.classList.add("sure")
      button.textContent = t("import.undo_sure")
      return
    }
    button.disabled = true
    try {
      const done = await post(`/api/imports/${state.id}/undo`, {})
      toast(t("import.cli_undone", { run: state.id, ...done }))
      await refresh(state)
    } catch (error) {
      button.disabled = false
      sayError(error)
    }
  })
  return el("footer", { class: "look-foot" }, button, el("p", { class: "caption" }, t("import.undo_note")))
}
