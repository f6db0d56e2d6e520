// Service circles: choose a kind, minutes and speed; see who is reached along the streets, and who is not.
import { ready } from "/map/coverage.js"
import { el, find, show } from "../dom.js"
import { language, t } from "../language.js"
import { percent } from "../number-format.js"
import { request } from "../request.js"
import { startMapPage } from "../map/page-map.js"
import { sayError } from "../messages.js"
import { drawLegend } from "./legend.js"
import { drawCircle, drawGrids, drawHeadline, drawSource } from "./panel.js"

const chosen = { kind: "", minutes: 15, speed: 4, service: null }
const { map, layers } = await ready
const district = await startMapPage(map, layers)
const kinds = await request("/api/services/kinds")
let latest = 0

const kindOf = (key) => kinds.find((kind) => kind.key === key)
const query = () => new URLSearchParams({ kind: chosen.kind, minutes: chosen.minutes, speed: chosen.speed })

/** Fetch and draw everything for the choice; an answer that came too late is thrown away. */
async function update() {
  const turn = ++latest
  const asked = [
    request(`/api/coverage?${query()}`),
    request(`/api/services?kind=${encodeURIComponent(chosen.kind)}`),
  ]
  const [coverage, services] = await busy(Promise.all(asked))
  if (turn !== latest) return
  layers.coverage?.show(coverage.uncovered)
  layers.services?.show(services)
  const shares = new Map(coverage.grids.map(({ grid, percent: share }) => [grid, share]))
  district.label(({ grid }) => (shares.get(grid) === null ? "" : percent((shares.get(grid) ?? 0) / 100, 0)))
  drawHeadline(coverage, chosen, kindOf(chosen.kind))
  drawGrids(coverage, zoomToGrid)
  drawLegend(chosen, kindOf(chosen.kind), district)
  drawSource(kindOf(chosen.kind), coverage)
  chosen.service = null
  find("#circle").hidden = true
}

/** A line runs under the context bar while the promise is on its way. */
async function busy(promise) {
  const line = el("div", { class: "progress-line", role: "progressbar" })
  const later = setTimeout(() => find(".context").append(line), 300)
  return promise.finally(() => {
    clearTimeout(later)
    line.remove()
  })
}

async function showCircle(id) {
  chosen.service = id
  const circle = await request(
    `/api/services/${id}/circle?${new URLSearchParams({ minutes: chosen.minutes, speed: chosen.speed })}`,
  )
  if (chosen.service !== id) return
  const captions = Object.fromEntries([5, 10, 15].map((n) => [n, t("coverage.n_minutes", { n })]))
  layers.services.showCircle(circle, { straight: find("#straight").checked, captions })
  drawCircle(circle, chosen, () => {
    layers.services.clearCircle()
    chosen.service = null
  })
}

function zoomToGrid(grid) {
  const found = district.grids.find((row) => row.grid === grid)
  if (found) map.setView([found.y, found.x], 17)
}

function fillKinds() {
  const option = ({ key, points, ...names }) =>
    el("option", { value: key }, `${names[language] ?? names.zh}（${points}）`)
  const present = kinds.filter((kind) => kind.points > 0)
  show(find("#kind"), ...present.map(option))
  const wished = new URLSearchParams(location.search).get("kind")
  chosen.kind = (present.find(({ key }) => key === wished) ?? present[0])?.key ?? ""
  chosen.minutes = kindOf(chosen.kind)?.minutes ?? 15
  find("#kind").value = chosen.kind
  pressMinutes()
}

function pressMinutes() {
  for (const button of find("#minutes").children)
    button.setAttribute("aria-pressed", String(Number(button.value) === chosen.minutes))
}

find("#kind").addEventListener("change", (event) => {
  chosen.kind = event.target.value
  update()
})
find("#minutes").addEventListener("click", (event) => {
  if (!event.target.value) return
  chosen.minutes = Number(event.target.value)
  pressMinutes()
  update()
})
find("#speed").addEventListener("change", (event) => {
  chosen.speed = Number(event.target.value)
  update()
})
find("#straight").addEventListener("change", () => chosen.service && showCircle(chosen.service))
layers.services?.on("select", ({ id }) => showCircle(id))

fillKinds()
if (chosen.kind) await update().catch((error) => sayError(error, { retry: update }))
else drawHeadline(null, chosen, null)
