// The page of incidents: one block of columns for a period, everything else is worked out here.
import { ready } from "/map/incidents.js"
import { el, find } from "../dom.js"
import { startMapPage } from "../map/page-map.js"
import { dismiss, sayError } from "../messages.js"
import { time } from "../number-format.js"
import { request } from "../request.js"
import { blockOf } from "./asked.js"
import { drawCard } from "./card.js"
import { deadlinesOf, readBlock, rowsOfIds } from "./block.js"
import { bindControls, drawChoices, drawLegend } from "./controls.js"
import { bindFiles } from "./files.js"
import { bindGap } from "./gap.js"
import { clearList, drawList, markRow } from "./list.js"
import { mostUrgent, sieve } from "./sieve.js"
import { TimeSlider } from "./slider.js"
import { bindSpots } from "./spots.js"
import { bindTabs } from "./tabs.js"
import { drawTray } from "./tray.js"

const LISTED = 50
const view = {
  block: null,
  listed: LISTED,
  subset: null,
  overdue: 0,
  wanted: { channels: [], category: -1, level: -1, state: "open", from: 0, to: Infinity, only: null },
}
const { map, layers } = await ready
const district = await startMapPage(map, layers)
view.overdue = district.totals.overdue
const gridCodes = new Map(district.grids.map(({ grid, code }) => [grid, code]))
const slider = new TimeSlider(find("#time-strip"), (from, to) => change({ from, to }))

/** The block of the period that is chosen; the filters stay as they are where they still make sense. */
async function load() {
  const answer = await blockOf(find("#period").value)
  if (!answer.ok) return request("/api/incidents/columns") // tells in the usual way what is wrong
  receive(readBlock(await answer.arrayBuffer()))
  dismiss("error")
  performance.measure("incidents-load", "incidents-asked")
  return drawTray({ done: load, gridCodes })
}

function receive(block) {
  const chosen = view.block?.categories[view.wanted.category]?.key
  view.block = block
  view.room = new Uint32Array(block.n)
  view.deadline = deadlinesOf(block, block.now, block.now + secondsToMidnight(block.now))
  const { reported } = block.column
  view.span = block.n ? [reported[0], reported[block.n - 1] + 1] : [block.now - 86400, block.now]
  Object.assign(view.wanted, { from: view.span[0], to: view.span[1] + 1, only: null })
  view.wanted.category = block.categories.findIndex(({ key }) => key === chosen)
  if (view.wanted.channels.length === 0) view.wanted.channels = block.channels.map(() => true)
  view.subset = null
  slider.setSpan(view.span)
  update()
}

function secondsToMidnight(now) {
  const [hours, minutes] = time(now * 1000)
    .split(":")
    .map(Number)
  return 86400 - hours * 3600 - minutes * 60
}

/** Change filters; `only` and its label are dropped unless they are what changes. */
function change(wanted) {
  Object.assign(view.wanted, wanted)
  view.listed = LISTED
  update()
}

function update() {
  if (!view.block) return
  performance.mark("incidents-changed")
  view.found = sieve(view.block, view.deadline, view.wanted, view.span, view.room)
  layers.incidents?.show(view.block, view.deadline, view.found.kept)
  slider.draw(view.found.bins, view.wanted)
  drawChoices(view)
  drawRows()
  performance.measure("incidents-filter", "incidents-changed")
  document.dispatchEvent(new CustomEvent("gisgrid:incidents-sieved"))
}

function drawRows() {
  const rows = mostUrgent(view.block, view.deadline, view.found.kept, view.listed)
  drawList(view, rows, { choose, gridCodes, more: () => ((view.listed += LISTED), drawRows()) })
}

/** List some incidents alone: the members of a cluster, of a hot spot, of one side of a circle. */
function only(rows, label, { state = "all" } = {}) {
  const mask = new Uint8Array(view.block.n)
  for (const row of rows) mask[row] = 1
  view.subset = label
  change({ only: mask, state, from: view.span[0], to: view.span[1] + 1 })
  tabs.open("list")
}

const onlyIds = (ids, label) => only(rowsOfIds(view.block, ids), label)

function everything() {
  view.subset = null
  change({ only: null })
}

async function choose(row) {
  const id = view.block.column.id[row]
  layers.incidents?.select(row)
  map.setView(layers.incidents.placeOf(row), Math.max(map.getZoom(), 17))
  markRow(id)
  await openCard(id)
}

async function openCard(id) {
  const incident = await request(`/api/incidents/${id}`)
  drawCard(incident, () => {
    layers.incidents?.select(null)
    markRow(null)
  })
}

const attempt =
  (action) =>
  (...given) =>
    action(...given).catch((error) => sayError(error, { retry: () => attempt(action)(...given) }))

const tabs = bindTabs()
bindControls(view, { change, everything, load: attempt(load), layers })
drawLegend()
bindSpots({ view, map, layers, onlyIds })
bindGap({ view, onlyIds })
bindFiles(attempt(load), view)
layers.incidents?.on("select", ({ i }) => attempt(choose)(i))
layers.incidents?.on("cluster", ({ rows, item }) => {
  const zoom = Math.min(map.getZoom() + 2, 19)
  const state = view.wanted.state
  only(rows, { key: "incidents.subset_cluster", n: rows.length }, { state })
  map.setView(map.unproject([item.x, item.y], map.getZoom()), zoom)
})
document.addEventListener("gisgrid:case-changed", attempt(load))
clearList()
await attempt(load)()
const asked = new URLSearchParams(location.search).get("id")
if (asked) {
  const [row] = rowsOfIds(view.block, [Number(asked)])
  await (row === undefined ? attempt(openCard)(Number(asked)) : attempt(choose)(row))
}
document.body.append(el("i", { id: "incidents-ready", hidden: true }))
