// A grid leader's own page: the own ground on the map, a sheet with four tabs, nothing of anybody else's.
import { ready } from "/map/my.js"
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { codeGroups, count } from "../number-format.js"
import { rowsOf } from "../columns.js"
import { message, sayError } from "../messages.js"
import { request } from "../request.js"
import { openCase } from "../cases/card.js"
import { drawWishes } from "../desk/wishes.js"
import { TABS } from "./tabs.js"

const STOPS = ["low", "middle", "high"]
const { map, layers } = await ready
const mine = await ownGrid()
let position = null

/** The grid that the address names, as a QR code does; the first one by code for none. */
function addressOfMine() {
  const grid = new URLSearchParams(location.search).get("grid") ?? ""
  return /^\d+$/.test(grid) ? `/api/my?grid=${grid}` : "/api/my"
}

/** What /api/my tells, incidents as rows and only the open ones; {} when no grid is led. */
async function ownGrid() {
  try {
    const answer = await request(addressOfMine())
    return { ...answer, incidents: rowsOf(answer.incidents).filter(({ closed_at: closed }) => !closed) }
  } catch (error) {
    if (error.code !== "no_grid_led") sayError(error, { retry: () => location.reload() })
    return { grid: null }
  }
}

function fit() {
  const [west, south, east, north] = mine.bounds
  const isWide = matchMedia("(min-width: 900px)").matches
  map.fitBounds(
    [
      [south, west],
      [north, east],
    ],
    { paddingBottomRight: [20, isWide ? 20 : map.getSize().y * 0.48], paddingTopLeft: [20, 20] },
  )
}

function openTab(name) {
  for (const button of document.querySelectorAll("[data-tab]"))
    button.setAttribute("aria-selected", String(button.dataset.tab === name))
  show(
    find("#sheet-body"),
    TABS[name](mine, { point, open: openIncident, signOut: () => find("#sign-out").submit() }),
  )
  if (name === "incidents") showWishes()
}

/** The case in the sheet, with what the leader may do; the list again when it is closed. */
function openIncident({ id, lon, lat }) {
  const holder = el("div", { class: "incident-card phone-case" })
  const onMap = () => point({ lon, lat })
  const way = el(
    "div",
    { class: "phone-way" },
    el(
      "button",
      { type: "button", class: "btn", onclick: () => openTab("incidents") },
      icon("chevron-left"),
      t("cases.back"),
    ),
    lon === null
      ? null
      : el("button", { type: "button", class: "btn", onclick: onMap }, icon("map"), t("cases.on_map")),
  )
  show(find("#sheet-body"), way, holder)
  find("#sheet").dataset.stop = "high"
  openCase(holder, id, { changed: refresh })
}

async function refresh() {
  mine.incidents = (await ownGrid()).incidents ?? []
  drawHead()
}

function showWishes() {
  const holder = el("div", { class: "phone-wishes" })
  find("#sheet-body").append(holder)
  drawWishes(holder).catch((error) => sayError(error, { id: "wish" }))
}

/** Show a place of the own grid: a building by id, an incident by its point. */
function point({ lon, lat, building = null }) {
  layers.own?.choose(building)
  find("#sheet").dataset.stop = "low"
  map.setView([lat, lon], Math.max(map.getZoom(), 18))
}

function nextStop() {
  const sheet = find("#sheet")
  sheet.dataset.stop = STOPS[(STOPS.indexOf(sheet.dataset.stop) + 1) % STOPS.length]
}

function drawHead() {
  find("#grid-name").textContent = t("my.grid", { code: mine.grid.code.slice(-3) })
  find("#grid-line").textContent = [mine.grid.name, codeGroups(mine.grid.code), mine.grid.leader]
    .filter(Boolean)
    .join(" · ")
  const open = mine.incidents.length
  const badge = find("[data-badge=incidents]")
  badge.hidden = open === 0
  badge.textContent = count(open)
}

function locate() {
  map.locate({ setView: true, maxZoom: 18 })
}

map.on("locationfound", ({ latlng, accuracy }) => {
  position?.remove()
  const dot = window.L.circleMarker(latlng, {
    radius: 7,
    color: "#fff",
    weight: 2,
    fillColor: "#0b57d0",
    fillOpacity: 1,
  })
  const halo = window.L.circle(latlng, {
    radius: accuracy,
    stroke: false,
    fillColor: "#0b57d0",
    fillOpacity: 0.12,
  })
  position = window.L.layerGroup([halo, dot]).addTo(map)
})
map.on("locationerror", () => {
  message({ id: "location", tone: "warn", text: t("my.no_location") })
})

if (mine.grid) {
  layers.own?.show(mine.border)
  drawHead()
  fit()
  openTab("grid")
} else {
  map.setView([35, 105], 9)
  show(find("#sheet-body"), el("div", { class: "empty" }, icon("map"), el("p", {}, t("my.no_grid"))))
}
find("#handle").addEventListener("click", nextStop)
find("#locate").addEventListener("click", locate)
find("[data-map=fit]").addEventListener("click", () => mine.grid && fit())
for (const button of document.querySelectorAll("[data-tab]")) {
  button.addEventListener(
    "click",
    () => (mine.grid || button.dataset.tab === "me") && openTab(button.dataset.tab),
  )
}
