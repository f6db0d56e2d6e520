// The card of one incident on the map's page: the same as at the desk.
import { find } from "../dom.js"
import { openCase } from "../cases/card.js"

/** Draw the card of `incident` (anything with its id); `closed` is called when the reader closes it. */
export function drawCard(incident, closed) {
  const card = find("#card")
  const close = () => {
    card.hidden = true
    closed()
  }
  const changed = (id) => document.dispatchEvent(new CustomEvent("gisgrid:case-changed", { detail: { id } }))
  return openCase(card, incident.id, { close, changed })
}
