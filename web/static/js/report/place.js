// Where it is: a click on the map, a building or street by name, the phone's own position; the grid is told at once.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { message } from "../messages.js"
import { codeGroups, count, shortCode } from "../number-format.js"
import { request, Unreachable } from "../request.js"

const L = window.L
const PIN = "M0 0C-7-9-11-14-11-20a11 11 0 1 1 22 0c0 6-4 11-11 20z"
const SEARCH_MS = 250

export function bindPlace(map, { isWide }) {
  const at = { lon: null, lat: null, building: null, told: null, marker: null, changed: () => {} }

  async function choose(lon, lat, { building = null, zoom = null } = {}) {
    Object.assign(at, { lon, lat, building, told: null })
    at.marker?.remove()
    at.marker = L.marker([lat, lon], { icon: pinIcon(), draggable: true, keyboard: false }).addTo(map)
    at.marker.on("dragend", () => choose(...lonLat(at.marker.getLatLng())))
    if (zoom) look(lon, lat, zoom)
    find("#app").dataset.placed = "true"
    await tell()
    at.changed()
  }

  /** Bring a place into the part of the map that the sheet leaves free. */
  function look(lon, lat, zoom) {
    const middle = map.project([lat, lon], zoom)
    const below = isWide() ? 0 : map.getSize().y * 0.22
    map.setView(map.unproject(middle.add([0, below]), zoom), zoom)
  }

  async function tell() {
    const asked = [at.lon, at.lat]
    try {
      const told = await request(`/api/reports/place?lon=${at.lon}&lat=${at.lat}`)
      if (asked[0] !== at.lon || asked[1] !== at.lat) return
      at.told = told
      show(find("#place-told"), ...wordsOf(told, at))
    } catch (error) {
      const text = error instanceof Unreachable ? t("report.grid_later") : error.message
      show(find("#place-told"), line("offline", text, "warn"), coordinates(at))
    }
  }

  map.on("click", ({ latlng }) => choose(...lonLat(latlng)))
  bindSearch((found) =>
    choose(found.lon, found.lat, { building: found.kind === "building" ? found.id : null, zoom: 18 }),
  )
  for (const button of [find("#locate"), find("#locate-too")])
    button?.addEventListener("click", () => map.locate({ enableHighAccuracy: true, timeout: 15_000 }))
  map.on("locationfound", ({ latlng }) => choose(...lonLat(latlng), { zoom: 18 }))
  map.on("locationerror", () =>
    message({ id: "location", tone: "warn", text: t("report.no_position"), close: true }),
  )
  function clear() {
    at.marker?.remove()
    Object.assign(at, { lon: null, lat: null, building: null, told: null, marker: null })
    delete find("#app").dataset.placed
    find("#place-words").value = ""
    show(find("#place-told"), line("pin", t("report.no_place_yet"), ""))
  }

  clear()
  return Object.assign(at, { choose, look, clear })
}

const lonLat = ({ lng, lat }) => [Number(lng.toFixed(7)), Number(lat.toFixed(7))]
const line = (sign, text, tone) => el("p", { class: `told ${tone}` }, icon(sign), el("span", {}, text))
const coordinates = ({ lon, lat }) =>
  el("p", { class: "caption" }, `${lat.toFixed(6)}, ${lon.toFixed(6)} (WGS 84)`)

/** What is told of a place at once: its grid, the grid next door where it is near, where it is. */
export function wordsOf({ located, grid, near, community, near_m: metres }, at) {
  if (located === "outside") return [line("warn", t("report.outside"), "warn"), coordinates(at)]
  if (!grid) return [line("info", t("report.no_plan", { community }), "warn"), coordinates(at)]
  const leader = grid.leader ? ` · ${grid.leader}` : ""
  const told = [
    el(
      "p",
      { class: "told ok", "data-grid": grid.code },
      icon("check"),
      el(
        "span",
        {},
        el("b", {}, t("common.grid_named", { code: shortCode(grid.code) })),
        ` ${community ?? ""}${leader}`,
        el("small", {}, codeGroups(grid.code)),
      ),
    ),
  ]
  for (const other of near) told.push(neighbour(other, metres))
  return [...told, coordinates(at)]
}

const neighbour = (other, within) =>
  el(
    "p",
    { class: "told warn", "data-near": other.code },
    icon("users"),
    el(
      "span",
      {},
      t("report.near", { code: shortCode(other.code), metres: count(other.metres), within: count(within) }),
      el("small", {}, codeGroups(other.code)),
    ),
  )

/** The pin of a place that is chosen. */
export function pinIcon() {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  drawn.setAttribute("viewBox", "-14 -34 28 36")
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path")
  shape.setAttribute("d", PIN)
  const eye = document.createElementNS("http://www.w3.org/2000/svg", "circle")
  for (const [name, value] of [
    ["cy", -20],
    ["r", 4.5],
  ])
    eye.setAttribute(name, value)
  drawn.append(shape, eye)
  return L.divIcon({ html: drawn, className: "report-pin", iconSize: [36, 46], iconAnchor: [18, 44] })
}

function bindSearch(choose) {
  const input = find("#place-words")
  const list = find("#place-found")
  let waiting = null
  const close = () => {
    list.hidden = true
    input.setAttribute("aria-expanded", "false")
  }
  const pick = (found) => {
    input.value = found.name
    close()
    choose(found)
  }
  const look = async () => {
    const asked = input.value.trim()
    if (!asked) return close()
    const found = await request(`/api/reports/search?q=${encodeURIComponent(asked)}`).catch(() => null)
    if (asked !== input.value.trim()) return null
    list.hidden = false
    input.setAttribute("aria-expanded", "true")
    const nothing = el(
      "p",
      { class: "nothing" },
      found ? t("report.nothing_found", { q: asked }) : t("report.search_offline"),
    )
    return show(list, found?.length ? found.map((one) => option(one, pick)) : nothing)
  }
  input.addEventListener("input", () => {
    clearTimeout(waiting)
    waiting = setTimeout(look, SEARCH_MS)
  })
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close()
    if (event.key === "ArrowDown") list.querySelector("button")?.focus()
    if (event.key === "Enter") {
      event.preventDefault()
      list.querySelector("button")?.click()
    }
  })
  input.addEventListener("blur", () =>
    setTimeout(() => list.contains(document.activeElement) || close(), 200),
  )
}

const SIGNS = { building: "home", compound: "users", street: "map" }

const option = (found, pick) =>
  el(
    "button",
    { type: "button", role: "option", onclick: () => pick(found) },
    icon(SIGNS[found.kind]),
    el("b", {}, found.name),
    el("small", {}, [t(`report.kind_${found.kind}`), found.hint].filter(Boolean).join(" · ")),
  )
