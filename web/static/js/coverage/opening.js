// Opening hours on the coverage page: a line for lists, and the day and time that the page asks about.
import { el, find, show } from "../dom.js"
import { language, t } from "../language.js"
import { count } from "../number-format.js"
import { hoursText as textOf } from "./hours-text.js"

export { EXAMPLES } from "./hours-text.js"
export const hoursText = (hours) => textOf(hours, language)

/** A line for lists: the hours, or that nothing is known. */
export const hoursLine = (hours) => hoursText(hours) || t("points.no_hours")

const pad = (n) => String(n).padStart(2, "0")

/** A moment as the server takes it: local, without a zone. */
const written = (date) =>
  `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}`

/** The next day of the month `n` at an hour, today included. */
export function nextDayOfMonth(n, hour, now = new Date()) {
  const found = new Date(now.getFullYear(), now.getMonth(), n, hour)
  return found.getDate() === n && found >= new Date(now.getFullYear(), now.getMonth(), now.getDate())
    ? found
    : new Date(now.getFullYear(), now.getMonth() + 1, n, hour)
}

const momentText = (at) => at.replace("T", " ")

/** What stands on headline and legend while the page asks about a moment. */
export const openLine = (open) =>
  t("coverage.open_line", {
    at: momentText(open.at),
    ...Object.fromEntries(["open", "closed", "unknown"].map((name) => [name, count(open[name])])),
  })

/** The menu of the moment; `tell("at")` after `choice.at` has changed. */
export function bindOpenAt(choice, tell) {
  const menu = find("#open-at")
  const field = find("#open-at-time")
  const draw = () => {
    show(find("#open-at-text"), choice.at ? momentText(choice.at) : t("coverage.any_time"))
    find("#open-at-text").classList.toggle("set", Boolean(choice.at))
    field.value = choice.at
  }
  const set = (at) => {
    choice.at = at
    draw()
    tell("at")
  }
  const preset = (words, run) =>
    el("button", { type: "button", class: "pill", onclick: () => set(run()) }, words)
  show(
    find("#open-at-presets"),
    preset(t("coverage.open_now"), () => written(new Date())),
    preset(t("coverage.open_eighth"), () => written(nextDayOfMonth(8, 10))),
    preset(t("coverage.any_time"), () => ""),
  )
  field.addEventListener("change", () => set(field.value))
  document.addEventListener("click", ({ target }) => {
    if (!menu.contains(target)) menu.open = false
  })
  draw()
}
