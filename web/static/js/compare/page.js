// Two plans of a community beside each other: difference, swipe or side by side; figures, grids, the change notice.
import { ready } from "/map/compare.js"
import { district } from "../district.js"
import { bindDrawer } from "../drawer.js"
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { ArrowLabels } from "../map/arrow-labels.js"
import { boundsOf } from "../map/comparison-layer.js"
import { bindMapButtons, fit } from "../map/map-buttons.js"
import { sayError } from "../messages.js"
import { request } from "../request.js"
import { asked, bindChoice, planLabel } from "./choice.js"
import { showGrids } from "./grids.js"
import { showLegend } from "./legend.js"
import { showNotice } from "./notice.js"
import { arrowsOf, differencePicture, labelsOf, planPicture } from "./picture.js"
import { showSums } from "./sums.js"
import { bindDivider, makeSecondMap } from "./two-maps.js"

const MODES = ["difference", "swipe", "side"]

async function open() {
  const { plan, other } = asked()
  if (!plan) return sayEmpty()
  const [{ map, layers }, told, answer] = await Promise.all([
    ready,
    request(`/api/plans/${plan}/comparison?with=${other}`),
    district(),
  ])
  const desk = { map, layers, told, mode: "difference", selected: null, second: null }
  desk.labels = new ArrowLabels().addTo(map)
  desk.bounds = boundsOf([...told.map.after, ...told.map.before].map((one) => one.geometry))
  fit(map, desk.bounds)
  fit(map, desk.bounds) // once more: half zooms are known only when there is a view
  bindMapButtons(map, () => desk.bounds)
  desk.divider = bindDivider((share) => cut(desk, share))
  bindModes(desk)
  const select = (code) => {
    desk.selected = desk.selected === code ? null : code
    draw(desk)
    if (desk.selected) zoomTo(desk, code)
    showGrids(find("#grids"), told, desk.selected, select)
  }
  showSums(find("#sums"), told)
  showGrids(find("#grids"), told, null, select)
  showNotice(find("#notice"), told, answer)
  showLegend(find("#legend"), told, answer)
  showTotals(told, answer)
  await bindChoice(told)
  draw(desk)
}

function bindModes(desk) {
  find("#mode").addEventListener("click", ({ target }) => {
    const mode = target.closest("button")?.value
    if (!MODES.includes(mode)) return
    for (const button of document.querySelectorAll("#mode button"))
      button.setAttribute("aria-pressed", String(button.value === mode))
    desk.mode = mode
    find("#map-holder").dataset.mode = mode
    if (mode !== "difference") desk.second ??= makeSecondMap(desk.map, desk.layers.base)
    find("#divider").hidden = mode !== "swipe"
    cut(desk, null)
    if (mode === "swipe") desk.divider.refresh()
    requestAnimationFrame(() => {
      for (const map of [desk.map, desk.second?.map]) map?.invalidateSize({ pan: false })
      if (mode === "side") fit(desk.map, desk.bounds)
      draw(desk)
    })
  })
}

/** In the swipe the upper map is cut off left of the divider. */
function cut(desk, share) {
  if (!desk.second) return
  const isCut = desk.mode === "swipe" && share !== null
  desk.second.holder.style.clipPath = isCut ? `inset(0 0 0 ${share * 100}%)` : ""
}

function draw(desk) {
  const { told, selected, mode, layers, labels, second } = desk
  const isDifference = mode === "difference"
  layers.comparison.show(
    isDifference ? differencePicture(told, selected) : planPicture(told, "before", selected),
  )
  labels.show(labelsOf(told, isDifference ? "after" : "before", { both: isDifference, selected }))
  labels.point(isDifference ? arrowsOf(told) : [])
  for (const side of ["before", "after"]) {
    const name = find(`#name-${side}`)
    name.hidden = isDifference
    name.textContent = `${t(`comparison.${side}`)} · ${planLabel(told[side])}`
  }
  if (isDifference || !second) return
  second.layer.show(planPicture(told, "after", selected))
  second.labels.show(labelsOf(told, "after", { both: false, selected }))
}

function zoomTo(desk, code) {
  const shapes = [...desk.told.map.after, ...desk.told.map.before].filter((one) => one.code === code)
  fit(desk.map, boundsOf(shapes.map((one) => one.geometry)), { padding: [60, 60], maxZoom: 18 })
}

function showTotals({ sums }, { project }) {
  const [before, after] = sums.households
  const words = before === after ? "comparison.sums_equal" : "comparison.sums_differ"
  find("#status-totals").textContent = t(words, {
    before: before.toLocaleString("en"),
    after: after.toLocaleString("en"),
  })
  find("#status-crs").textContent = project.crs_name
}

/** Nothing was named to compare: where to choose it. */
function sayEmpty() {
  show(find("#sums"))
  const go = el("a", { class: "btn primary", href: "/plans" }, t("common.plans"))
  find("#map-holder").append(
    el("div", { class: "empty over-map" }, icon("compare"), el("p", {}, t("comparison.empty")), go),
  )
}

bindDrawer()
find("#print").addEventListener("click", () => window.print())
open().catch((error) => {
  show(find("#sums"))
  sayError(error, { retry: () => location.reload() })
  if (!error.code) throw error
})
