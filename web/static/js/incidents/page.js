// The page of incidents: fetch once for a period, filter here, list and map always agree.
import { ready } from "/map/incidents.js"
import { el, find, show } from "../dom.js"
import { t } from "../language.js"
import { request } from "../request.js"
import { CHANNELS, DEADLINE, mark } from "../map/incident-marks.js"
import { sayError } from "../messages.js"
import { byUrgency, fitting, sums } from "./filter.js"
import { drawCard } from "./card.js"
import { bindImport } from "./import.js"
import { drawList, drawSums, drawUnlocated } from "./list.js"
import { startMapPage } from "../map/page-map.js"

const STATES = ["open", "overdue", "closed", "all"]
const wanted = { channels: new Set(CHANNELS), category: "", state: "open" }
const { map, layers } = await ready
await startMapPage(map, layers)
let rows = null

function since() {
  const days = find("#period").value
  if (days === "all") return ""
  return `?from=${encodeURIComponent(new Date(Date.now() - Number(days) * 864e5).toISOString())}`
}

async function load() {
  rows = await request(`/api/incidents${since()}`)
  fillCategories(rows.categories)
  drawUnlocated(rows.unlocated)
  update()
}

function fillCategories(categories) {
  const all = el("option", { value: "" }, t("incidents.all"))
  const options = categories.map(({ key, n }) => el("option", { value: key }, `${key}（${n}）`))
  show(find("#category"), all, ...options)
  if (!categories.some(({ key }) => key === wanted.category)) wanted.category = ""
  find("#category").value = wanted.category
}

/** Filters may be chosen before the incidents have come; they hold when they do. */
function update() {
  if (!rows) return
  const kept = fitting(rows, wanted)
  const counted = sums(rows, fitting(rows, { ...wanted, state: "all" }))
  layers.incidents?.show(rows, kept)
  drawSums(counted, rows.unlocated.length)
  drawList(rows, byUrgency(rows, kept), choose)
}

async function choose(i) {
  layers.incidents?.select(i)
  map.setView([rows.lat[i], rows.lon[i]], Math.max(map.getZoom(), 17))
  drawList.mark(rows.id[i])
  drawCard(await request(`/api/incidents/${rows.id[i]}`), () => {
    layers.incidents?.select(null)
    drawList.mark(null)
  })
}

function chip(pressed, onclick, ...content) {
  const button = el("button", { type: "button", class: "chip", "aria-pressed": String(pressed) }, ...content)
  button.addEventListener("click", () => onclick(button))
  return button
}

function drawChips() {
  const toggle = (channel) => (button) => {
    wanted.channels.has(channel) ? wanted.channels.delete(channel) : wanted.channels.add(channel)
    button.setAttribute("aria-pressed", String(wanted.channels.has(channel)))
    update()
  }
  const channels = CHANNELS.map((c) =>
    chip(true, toggle(c), mark(c, "in_time", 20), t(`incidents.channel_${c}`)),
  )
  show(find("#channels"), ...channels)
  const states = STATES.map((state) =>
    chip(state === wanted.state, () => chooseState(state), t(`incidents.state_${state}`)),
  )
  for (const button of states) button.classList.add("plain")
  show(find("#states"), ...states)
}

function chooseState(state) {
  wanted.state = state
  ;[...find("#states").children].forEach((button, i) =>
    button.setAttribute("aria-pressed", String(STATES[i] === state)),
  )
  update()
}

function drawLegend() {
  const key = (drawn, text) => el("li", {}, drawn, el("span", {}, text))
  show(
    find("#legend-shapes"),
    ...CHANNELS.map((c) => key(mark(c, "in_time", 20), t(`incidents.channel_${c}`))),
  )
  const colours = Object.keys(DEADLINE).map((d) => key(mark("resident", d, 20), t(`incidents.deadline_${d}`)))
  show(find("#legend-colours"), ...colours)
}

drawChips()
drawLegend()
layers.incidents?.on("select", ({ i }) => choose(i))
find("#period").addEventListener("change", load)
bindImport(load)
find("#category").addEventListener("change", (event) => {
  wanted.category = event.target.value
  update()
})
await load().catch((error) => sayError(error, { retry: load }))
