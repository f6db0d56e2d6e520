// The district at a glance: grids in force coloured by households against the band.
import { ready } from "/map/overview.js"
import { bindDrawer, openDrawer } from "../drawer.js"
import { communitiesOf, district, onDay } from "../district.js"
import { el, find, icon } from "../dom.js"
import { t } from "../language.js"
import { LabelLayer } from "../map/label-layer.js"
import { bindLayerToggles } from "../map/layer-toggles.js"
import { bindMapButtons, fit } from "../map/map-buttons.js"
import { sayError } from "../messages.js"
import { count } from "../number-format.js"
import { request } from "../request.js"
import { rowsOf } from "../columns.js"
import { showCommunities } from "./communities.js"
import { bindDay } from "./day.js"
import { showGridCard } from "./grid-panel.js"
import { showLegend } from "./legend.js"
import { districtView, gridLabels } from "./view.js"

function showFigures(totals) {
  for (const cell of document.querySelectorAll("[data-figure]")) {
    const value = totals[cell.dataset.figure]
    cell.querySelector("dd").textContent = count(value)
    cell.classList.toggle("late", cell.dataset.figure === "overdue" && value > 0)
  }
}

async function open() {
  const [{ map, layers }, answer, columns] = await Promise.all([
    ready,
    district(day),
    request(onDay("/api/district/grids", day)),
  ])
  if (day) layers.district.on(day)
  const grids = rowsOf(columns)
  const { band } = answer.project
  const labels = new LabelLayer().addTo(map)
  const view = districtView(grids, band)
  const select = (id) => {
    view.selected = id
    layers.district.show(view)
    labels.show(gridLabels(grids, band, id))
    const grid = view.byId.get(id)
    showGridCard(find("#grid-card"), grid, answer, { close: () => select(null) })
    if (grid) openDrawer()
  }
  showFigures(answer.totals)
  if (!answer.bounds) return sayEmpty(answer)
  fitBesideLegend(map, startBounds(answer, view))
  bindMapButtons(map, () => answer.bounds, fitBesideLegend)
  bindLayerToggles(layers)
  showLegend(find("#legend"), answer)
  find("#divided-note").hidden = !communitiesOf(answer).some((unit) => unit.divided)
  showCommunities(find("#communities"), answer, grids, (unit) => fitBesideLegend(map, unit.bounds))
  select(startGrid(view))
  return map.on("click", ({ latlng }) => select(layers.district.gridAt(latlng)))
}

/** Nothing imported yet: where the map would be, what to do. */
function sayEmpty(answer) {
  find("#legend").hidden = true
  showCommunities(find("#communities"), answer, [], null)
  const go = el("a", { class: "btn primary", href: "/data" }, t("common.data"))
  find("#map-holder").append(
    el("div", { class: "empty over-map" }, icon("home"), el("p", {}, t("overview.no_ground")), go),
  )
}

/** On wide maps the legend card keeps its corner free. */
function fitBesideLegend(map, bounds) {
  const left = map.getSize().x > 900 ? find("#legend").offsetWidth + 24 : 24
  fit(map, bounds, { paddingTopLeft: [left, 24], paddingBottomRight: [24, 24] })
}

const asked = (name) => Number(new URLSearchParams(location.search).get(name)) || null

const startGrid = (view) => (view.byId.has(asked("grid")) ? asked("grid") : null)

/** The district; or the community that the address names, or that of the named grid. */
function startBounds(answer, view) {
  const unit = asked("unit") ?? view.byId.get(asked("grid"))?.unit
  return answer.units.find((one) => one.id === unit)?.bounds ?? answer.bounds
}

const day = bindDay()
bindDrawer()
open().catch((error) => {
  sayError(error, { retry: () => location.reload() })
  find("#communities").replaceChildren()
  if (!error.code) throw error
})
