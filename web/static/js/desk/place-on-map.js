// The place of a new case on the map: a click or a dragged pin fills the point in, and the grid is told at once.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { startMapPage } from "../map/page-map.js"
import { sayError } from "../messages.js"
import { pinIcon, wordsOf } from "../report/place.js"
import { request } from "../request.js"

const NEAR_ZOOM = 17
const canvas = find("#place-map")
let drawn = null
let pin = null
let current = null

/** The {lon, lat} that a text says, as "119.3731, 25.7206"; null when it says none. */
export function pointOf(text) {
  const [lon, lat] = text.split(/[,，]/).map(Number)
  return text.trim() && Number.isFinite(lon) && Number.isFinite(lat) ? { lon, lat } : null
}

/** A button that opens the map below the input `point`; both follow each other. */
export function placeOnMap(point) {
  const told = el("div", { class: "place-told", role: "status" })
  const room = el("div", { hidden: true })
  const words = el("span", {}, t("cases.map_open"))
  const toggle = () => {
    room.hidden = !room.hidden
    button.setAttribute("aria-expanded", String(!room.hidden))
    words.textContent = t(room.hidden ? "cases.map_open" : "cases.map_shut")
    if (!room.hidden) open(room).catch((error) => sayError(error, { id: "new" }))
  }
  const button = el(
    "button",
    { type: "button", class: "btn small", id: "point-on-map", "aria-expanded": "false", onclick: toggle },
    icon("pin"),
    words,
  )
  current = { point, told }
  point.addEventListener("change", () => follow({ look: true }))
  return [told, button, room]
}

async function open(room) {
  room.append(canvas)
  drawn ??= start()
  const map = await drawn
  map.invalidateSize()
  mark(map, { look: true })
}

async function start() {
  const { map, layers } = await (await import("/map/desk.js")).ready
  await startMapPage(map, layers)
  map.on("click", ({ latlng }) => choose(latlng))
  return map
}

function choose({ lng, lat }) {
  current.point.value = `${lng.toFixed(7)}, ${lat.toFixed(7)}`
  follow({ look: false })
}

/** Tell of the point that the input names, and put the pin there where the map is open. */
function follow({ look }) {
  tell(current).catch((error) => sayError(error, { id: "new" }))
  drawn?.then((map) => mark(map, { look }))
}

function mark(map, { look }) {
  const at = pointOf(current.point.value)
  pin?.remove()
  pin = null
  if (!at) return
  pin = window.L.marker([at.lat, at.lon], { icon: pinIcon(), draggable: true, keyboard: false }).addTo(map)
  pin.on("dragend", () => choose(pin.getLatLng()))
  if (look) map.setView([at.lat, at.lon], Math.max(map.getZoom(), NEAR_ZOOM))
}

async function tell({ point, told }) {
  const at = pointOf(point.value)
  if (!at) return show(told)
  const { value } = point
  const answer = await request(`/api/reports/place?lon=${at.lon}&lat=${at.lat}`)
  return point.value === value ? show(told, ...wordsOf(answer, at)) : null
}
