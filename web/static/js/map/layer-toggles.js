// The card under the layers button: service points of a kind and open incidents over any map. Each is asked for once.
import { find, el, show } from "../dom.js"
import { language, t } from "../language.js"
import { sayError } from "../messages.js"
import { count } from "../number-format.js"
import { request } from "../request.js"

export function bindLayerToggles(layers) {
  const button = find("#layers-button")
  const card = find("#layers-card")
  const setOpen = (isOpen) => {
    card.hidden = !isOpen
    button.setAttribute("aria-expanded", String(isOpen))
    if (isOpen && !card.childElementCount) fill(card, layers)
  }
  button.addEventListener("click", () => setOpen(card.hidden))
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return
    event.stopPropagation()
    setOpen(false)
    button.focus()
  })
}

function fill(card, layers) {
  show(
    card,
    el("h2", {}, t("common.layers")),
    serviceToggle(layers.services),
    incidentToggle(layers.incidents),
  )
  find("input", card).focus()
}

/** A checkbox that shows on `turn(true)`; back to off when that fails. */
function toggle(id, words, turn) {
  const box = el("input", { type: "checkbox", id })
  box.addEventListener("change", () =>
    turn(box.checked).catch((error) => {
      box.checked = false
      sayError(error, { id: "layers" })
    }),
  )
  return { box, label: el("label", {}, box, words) }
}

function serviceToggle(layer) {
  const choice = el("select", { class: "select", "aria-label": t("common.service_kind") })
  let kinds = null
  const draw = async (isOn) => {
    if (!isOn) return layer.hide()
    kinds ??= await fillKinds(choice)
    return layer.show(await request(`/api/services?kind=${encodeURIComponent(choice.value)}`))
  }
  const { box, label } = toggle("show-services", t("common.service_points"), draw)
  choice.addEventListener("change", () => box.checked && draw(true).catch((error) => sayError(error)))
  choice.disabled = true
  box.addEventListener("change", () => (choice.disabled = !box.checked))
  return el("div", {}, label, choice)
}

async function fillKinds(choice) {
  const kinds = (await request("/api/services/kinds")).filter(({ points }) => points > 0)
  show(
    choice,
    kinds.map((kind) => el("option", { value: kind.key }, `${kind[language]} · ${count(kind.points)}`)),
  )
  return kinds
}

function incidentToggle(layer) {
  const told = el("span", { class: "caption" })
  let rows = null
  const draw = async (isOn) => {
    if (!isOn) return layer.show(rows, [])
    rows ??= await request("/api/incidents")
    const open = openOnes(rows)
    told.textContent = count(open.length)
    return layer.show(rows, open)
  }
  return el("div", {}, toggle("show-incidents", t("common.open_incidents"), draw).label, told)
}

const FINISHED = ["closed", "rated", "rejected", "duplicate"]

/** Places in the columns of the incidents that are open. */
const openOnes = ({ id, state, closed_at }) =>
  [...id.keys()].filter((i) => !closed_at[i] && !FINISHED.includes(state[i]))
