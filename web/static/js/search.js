// The search box: communities and grids in force by name or code. `/` focuses it, arrows choose, Enter goes.
import { communitiesOf, district, unitName } from "./district.js"
import { el, isTyping, show } from "./dom.js"
import { t } from "./language.js"
import { codeGroups, shortCode } from "./number-format.js"
import { request } from "./request.js"
import { folded } from "./simplified.js"

const MOST = 12
let places = null

/** Everything that can be found: [{label, hint, keys, href}]. */
async function allPlaces() {
  const [answer, grids] = await Promise.all([district(), request("/api/district/grids")])
  const names = new Map(answer.units.map((unit) => [unit.id, unitName(answer, unit)]))
  const communities = communitiesOf(answer).map((unit) => ({
    label: names.get(unit.id),
    hint: unit.code,
    keys: `${names.get(unit.id)} ${unit.code}`.toLowerCase(),
    href: `/?unit=${unit.id}`,
  }))
  const inForce = grids.grid.map((id, i) => ({
    label: t("common.grid_named", { code: shortCode(grids.code[i]) }),
    hint: `${names.get(grids.unit[i]) ?? ""} ${codeGroups(grids.code[i])} ${grids.leader[i] ?? ""}`,
    keys: `${grids.code[i]} ${shortCode(grids.code[i])} ${grids.leader[i] ?? ""} ${names.get(grids.unit[i]) ?? ""}`.toLowerCase(),
    href: `/?grid=${id}`,
  }))
  return [...communities, ...inForce]
}

/** Places of which every word of the query is part; a code's beginning or end counts most. */
export function matching(all, query) {
  const words = folded(query.trim()).split(/\s+/).filter(Boolean)
  if (!words.length) return []
  return all.filter((place) => words.every((word) => folded(place.keys).includes(word))).slice(0, MOST)
}

export function bindSearch(box) {
  const input = box.querySelector("input")
  const list = box.querySelector('[role="listbox"]')
  const state = { found: [], chosen: 0 }
  const refresh = async () => {
    places ??= await allPlaces()
    state.found = matching(places, input.value)
    state.chosen = 0
    render(input, list, state)
  }
  input.addEventListener("input", refresh)
  input.addEventListener("focus", refresh)
  input.addEventListener("keydown", (event) => onKey(event, input, list, state))
  input.addEventListener("blur", () => setTimeout(() => close(input, list), 150))
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || isTyping(event)) return
    event.preventDefault()
    input.focus()
  })
}

function onKey(event, input, list, state) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step && state.found.length) {
    event.preventDefault()
    state.chosen = (state.chosen + step + state.found.length) % state.found.length
    render(input, list, state)
  } else if (event.key === "Enter" && state.found[state.chosen])
    location.assign(state.found[state.chosen].href)
  else if (event.key === "Escape") input.blur()
}

function close(input, list) {
  list.hidden = true
  input.setAttribute("aria-expanded", "false")
}

function render(input, list, { found, chosen }) {
  const asked = input.value.trim()
  list.hidden = !asked
  input.setAttribute("aria-expanded", String(Boolean(asked)))
  if (!found.length) return show(list, el("p", { class: "nothing" }, t("common.nothing_found", { q: asked })))
  input.setAttribute("aria-activedescendant", `found-${chosen}`)
  return show(
    list,
    found.map((place, i) => option(place, i, i === chosen)),
  )
}

const option = (place, i, isChosen) =>
  el(
    "div",
    {
      role: "option",
      id: `found-${i}`,
      "aria-selected": String(isChosen),
      onmousedown: () => location.assign(place.href),
    },
    el("b", {}, place.label),
    el("span", { class: "caption" }, place.hint),
  )
