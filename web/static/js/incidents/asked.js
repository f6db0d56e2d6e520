// The block of incidents is asked for before anything else of the page is there: the map comes meanwhile.
import { Unreachable } from "../request.js"

/** The period that the page opens with, in days. */
const FIRST = "30"

function ask(days) {
  performance.mark("incidents-asked")
  const period = days === "all" ? "" : `?days=${days}`
  return fetch(`/api/incidents/columns${period}`, { credentials: "same-origin" })
}

let first = ask(FIRST)
first.catch(() => {}) // told to whoever takes it

/** The answer with the incidents of the last `days` (or "all"); Unreachable when none comes. */
export function blockOf(days) {
  const asked = first && days === FIRST ? first : ask(days)
  first = null
  return asked.catch((cause) => {
    throw new Unreachable(cause)
  })
}
