// The second map: above the first one under a divider (swipe), or beside it. Both always show the same place.
import { find } from "../dom.js"
import { ArrowLabels } from "../map/arrow-labels.js"
import { BaseLayer } from "../map/base-layer.js"
import { ComparisonLayer } from "../map/comparison-layer.js"

const L = window.L
const STEP = 2

/** A map over `first`, made once it is wanted: {map, layer, labels}. */
export function makeSecondMap(first, base) {
  const holder = document.createElement("div")
  holder.className = "folium-map other-map"
  first.getContainer().after(holder)
  const map = new L.Map(holder, {
    zoomControl: false,
    attributionControl: false,
    minZoom: first.getMinZoom(),
    maxZoom: first.getMaxZoom(),
    zoomSnap: first.options.zoomSnap,
  })
  map.setView(first.getCenter(), first.getZoom(), { animate: false })
  new BaseLayer(base.options).addTo(map)
  const layer = new ComparisonLayer().addTo(map)
  const labels = new ArrowLabels().addTo(map)
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(holder)
  follow(first, map)
  follow(map, first)
  return { map, layer, labels, holder }
}

/** What `leader` is moved to, `other` shows too. */
function follow(leader, other) {
  leader.on("move zoomend", () => {
    if (leader.isFollowing) return
    other.isFollowing = true
    other.setView(leader.getCenter(), leader.getZoom(), { animate: false })
    other.isFollowing = false
  })
}

/** The divider of the swipe: dragged, or moved by arrow keys; `changed(share)` is told. */
export function bindDivider(changed) {
  const divider = find("#divider")
  const holder = find("#map-holder")
  let share = 0.5
  const put = (next) => {
    share = Math.min(0.98, Math.max(0.02, next))
    divider.style.left = `${share * 100}%`
    divider.setAttribute("aria-valuenow", Math.round(share * 100))
    changed(share)
  }
  divider.addEventListener("pointerdown", (event) => {
    event.preventDefault()
    divider.focus()
    divider.setPointerCapture(event.pointerId)
  })
  divider.addEventListener("pointermove", (event) => {
    if (!divider.hasPointerCapture(event.pointerId)) return
    const box = holder.getBoundingClientRect()
    put((event.clientX - box.left) / box.width)
  })
  divider.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -STEP, ArrowRight: STEP, Home: -100, End: 100 }[event.key]
    if (!way) return
    event.preventDefault()
    put(share + way / 100)
  })
  return { refresh: () => put(share) }
}
