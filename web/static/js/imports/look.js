// The preview of an uploaded file: choices, each of which is looked at anew, and the import itself.
import { el, find, icon, show } from "../dom.js"
import { jobBar } from "../jobs.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { count } from "../number-format.js"
import { post, request } from "../request.js"
import {
  aboutFile,
  findingLine,
  firstRows,
  layerChoice,
  mappingTable,
  placeChoice,
  section,
} from "./parts.js"

const LEVELS = ["district", "street", "community"]

/** Look at the upload `token`; `drawn` shows it on the map. */
export async function lookAt(token, drawn) {
  const state = { token, drawn, choices: {}, look: null, panel: find("#look") }
  await refresh(state)
}

async function refresh(state) {
  state.panel.setAttribute("aria-busy", "true")
  const asked = post(`/api/imports/files/${state.token}/preview`, state.choices)
  const look = await asked.catch((error) => (sayError(error), null))
  state.panel.removeAttribute("aria-busy")
  if (!look) return state.look ? null : showRefused(state)
  state.look = look
  return draw(state)
}

const choose = (state, changes) => {
  state.choices = { ...state.choices, ...changes }
  return refresh(state)
}

function showRefused(state) {
  const again = el("a", { class: "btn primary", href: "/data#own" }, t("import.other_file"))
  show(state.panel, el("div", { class: "empty" }, icon("warn"), el("p", {}, t("import.not_read")), again))
}

function draw(state) {
  const { look, panel } = state
  if (look.asks.includes("layer") && !look.headings) {
    const pick = layerChoice(look.layers, null, (layer) => choose(state, { layer }))
    return show(
      panel,
      section(look.file, el("p", {}, t("import.several_layers", { n: look.layers.length })), pick),
    )
  }
  state.drawn.show(look.drawn[look.place.reading] ?? Object.values(look.drawn)[0])
  const layers =
    look.layers.length > 1
      ? layerChoice(look.layers, look.layer, (layer) => choose(state, { layer, mapping: {} }))
      : null
  const place = Object.keys(look.drawn).length
    ? placeChoice(look.place, { isAsked: look.asks.includes("crs"), choose: (crs) => choose(state, { crs }) })
    : null
  return show(
    panel,
    section(t(`import.what_${look.what}`), aboutFile(look), layers, ...extras(state)),
    place,
    section(
      t("import.columns"),
      mappingTable(look, (own, theirs) => remap(state, own, theirs)),
      firstRows(look),
    ),
    findings(state),
    footer(state),
  )
}

function extras(state) {
  const { look, choices } = state
  if (look.what !== "units") return []
  const options = LEVELS.map((level) =>
    el("option", { value: level, selected: level === choices.level }, t(`import.level_${level}`)),
  )
  const list = el(
    "select",
    { class: "select", name: "level" },
    el("option", { value: "" }, t("import.by_heading")),
    ...options,
  )
  list.addEventListener("change", () => choose(state, { level: list.value || null }))
  return [el("label", { class: "field" }, el("span", {}, t("import.field_level")), list)]
}

function remap(state, own, theirs) {
  const mapping = { ...state.look.mapping, [own]: theirs }
  return choose(state, { mapping })
}

function findings(state) {
  const { look, drawn } = state
  const reasons = Object.entries(look.would.reasons).map(([reason, n]) =>
    el("li", {}, el("span", {}, `${t(`reject.${reason}`)} `), el("b", {}, count(n))),
  )
  const repaired = Object.entries(look.repaired).map(([kind, n]) =>
    el("li", {}, t("import.repaired", { kind: t(`import.repair_${kind}`), n: count(n) })),
  )
  const found = look.findings.map((finding) => findingLine(finding, (place) => drawn.look(place)))
  const bad = look.rejects.map((reject) => rejectLine(reject, drawn))
  const nothing = !reasons.length && !repaired.length && !found.length
  return section(
    t("import.findings"),
    nothing
      ? el("p", { class: "caption" }, t("import.nothing_wrong"))
      : el("ul", { class: "findings" }, ...reasons, ...repaired, ...found),
    bad.length
      ? el("details", {}, el("summary", {}, t("import.which_rows")), el("ul", { class: "findings" }, ...bad))
      : null,
  )
}

function rejectLine({ number, name, reason, place }, drawn) {
  const words = t("import.row_reason", { row: count(number), name, reason: t(`reject.${reason}`) })
  const line = el("li", {}, el("span", {}, words))
  if (place)
    line.append(
      el("button", { type: "button", class: "link", onclick: () => drawn.look(place) }, t("import.locate")),
    )
  return line
}

function footer(state) {
  const { good, quarantined, complete, checked } = state.look.would
  const isReady = !state.look.asks.length && good > 0
  const words = quarantined
    ? t("import.do_some", { n: count(good), m: count(quarantined) })
    : t("import.do_all", { n: count(good) })
  const go = el("button", { type: "button", class: "btn primary big", id: "import", disabled: !isReady })
  go.append(complete ? words : t("import.do"))
  go.addEventListener("click", () => store(state, go))
  const asks = state.look.asks.map((question) => el("li", {}, t(`import.asks_${question}`)))
  return el(
    "footer",
    { class: "look-foot" },
    asks.length ? el("ul", { class: "asks" }, ...asks) : null,
    complete ? null : el("p", { class: "caption" }, t("import.sampled", { n: count(checked) })),
    quarantined ? el("p", { class: "caption" }, t("import.good_only")) : null,
    go,
    el("div", { id: "job" }),
    el("button", { type: "button", class: "btn quiet", onclick: () => drop(state) }, t("import.drop")),
  )
}

async function store(state, button) {
  button.disabled = true
  try {
    const body = {
      ...state.choices,
      good_rows: state.look.would.quarantined > 0 || !state.look.would.complete,
    }
    const answer = await post(`/api/imports/files/${state.token}`, body)
    const done = answer.job
      ? await jobBar(find("#job"), answer.job, { title: t("import.importing") })
      : answer
    location.assign(`/data/import?run=${done.run}`)
  } catch (error) {
    button.disabled = false
    sayError(error)
  }
}

async function drop(state) {
  await request(`/api/imports/files/${state.token}`, { method: "DELETE" }).catch(() => null)
  location.assign("/data")
}
