// The district on another day: the grids that were, or will be, in force then.
import { el, find, show } from "../dom.js"
import { t } from "../language.js"

const FORMAT = /^\d{4}-\d{2}-\d{2}$/

/** The day that the address asks for ("" for now), its field bound, and a note on the map that says so. */
export function bindDay() {
  const query = new URLSearchParams(location.search)
  const day = FORMAT.test(query.get("at") ?? "") ? query.get("at") : ""
  const field = find("#day")
  if (!field) return ""
  field.value = day
  field.addEventListener("change", () => location.assign(addressOn(field.value)))
  if (day) sayDay(day)
  return day
}

function addressOn(day) {
  const query = new URLSearchParams(location.search)
  query.delete("grid") // grids of another day have other ids
  if (day) query.set("at", day)
  else query.delete("at")
  return query.size ? `${location.pathname}?${query}` : location.pathname
}

function sayDay(day) {
  const note = find("#day-note")
  note.hidden = false
  show(
    note,
    el("b", {}, t("overview.shown_on", { date: day })),
    el("span", {}, t("overview.figures_then")),
    el("a", { class: "link", href: addressOn("") }, t("overview.back_to_now")),
  )
  document.body.classList.add("on-other-day")
}
