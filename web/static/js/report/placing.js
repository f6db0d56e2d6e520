// An incident of the tray gets its place: what is known of it above, a click on the map, one button.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { codeGroups, day } from "../number-format.js"
import { post, request } from "../request.js"
import { toast } from "../toast.js"

export async function bindPlacing(id, place) {
  const incident = await request(`/api/incidents/${id}`)
  draw(incident)
  if (incident.lon !== null) await place.choose(incident.lon, incident.lat, { zoom: 17 })
  const words = find("#place-words")
  if (incident.address) {
    words.value = incident.address
    words.dispatchEvent(new Event("input"))
  }
  find("#report-form").addEventListener("submit", async (event) => {
    event.preventDefault()
    if (place.lon === null) return complain(t("report.needs_place"))
    complain("")
    try {
      const placed = await post(`/api/reports/${id}/place`, { lon: place.lon, lat: place.lat })
      done(placed)
    } catch (error) {
      sayError(error, { id: "place" })
    }
    return null
  })
}

function draw(incident) {
  const facts = [incident.text, incident.address, day(incident.reported_at)].filter(Boolean).join(" · ")
  const head = el(
    "div",
    { class: "placing" },
    el("b", {}, incident.category ?? t("incidents.no_category")),
    el("p", {}, facts),
  )
  find("#report-form").prepend(head)
}

function complain(text) {
  const line = find("#form-error")
  line.hidden = !text
  show(line, icon("warn"), el("span", {}, text))
}

function done({ grid_code_now: grid, located_reason: located }) {
  const text = grid ? t("report.placed", { grid: codeGroups(grid) }) : t(`report.placed_${located}`)
  toast(text)
  show(
    find("#queue"),
    el("p", { class: "told ok", id: "placed" }, icon("check"), el("span", {}, text)),
    el("a", { class: "btn", href: "/incidents" }, t("report.back")),
  )
}
