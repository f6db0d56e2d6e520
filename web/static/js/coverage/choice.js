// What the context bar asks: kind, minutes, speed, mode; kept in the address so that a view can be shared.
import { el, find, show } from "../dom.js"
import { language, t } from "../language.js"
import { bindOpenAt } from "./opening.js"

export const choice = {
  kind: "",
  minutes: 15,
  speed: 4,
  mode: "walk",
  level: "grids",
  count: "households",
  choropleth: false,
  at: "", // local day and time at which services must be open; empty: any
  open: null, // how many are, as the last answer tells
}

/** The question as the API takes it, with more parameters. */
export const asked = (more = {}) => {
  const { kind, minutes, speed, mode, at } = choice
  return new URLSearchParams({ kind, minutes, speed, mode, ...(at && { at }), ...more })
}

/** Press the button of `value` in a segmented control. */
function press(group, value) {
  for (const button of group.querySelectorAll("button"))
    button.setAttribute("aria-pressed", String(button.value === String(value)))
}

function bindSegments(selector, name, changed) {
  const group = find(selector)
  const isNumber = typeof choice[name] === "number"
  group.addEventListener("click", ({ target }) => {
    if (!target.value) return
    choice[name] = isNumber ? Number(target.value) : target.value
    press(group, target.value)
    changed(name)
  })
  press(group, choice[name])
}

const inUse = (kinds) => kinds.filter(({ key, points }) => points > 0 || key === choice.kind)

/** The kinds that have points; and the chosen one, though its last point be gone. */
export function fillKinds(all) {
  const kinds = inUse(all)
  const named = ({ key, points, ...names }) =>
    el("option", { value: key }, t("coverage.kind_points", { name: names[language] ?? names.zh, n: points }))
  const tiers = [...new Set(kinds.map((kind) => kind.tier))].sort((a, b) => b - a)
  const group = (tier) =>
    el(
      "optgroup",
      { label: t("coverage.n_minutes", { n: tier }) },
      ...kinds.filter((kind) => kind.tier === tier).map(named),
    )
  show(find("#kind"), ...tiers.map(group))
  find("#kind").value = choice.kind
}

function readAddress(kinds, walkKmh) {
  const address = new URLSearchParams(location.search)
  const filled = kinds.filter(({ points }) => points > 0)
  const kind = filled.find(({ key }) => key === address.get("kind")) ?? filled[0]
  choice.kind = kind?.key ?? ""
  const minutes = Number(address.get("minutes"))
  choice.minutes = [5, 10, 15].includes(minutes) ? minutes : (kind?.minutes ?? 15)
  const speed = address.get("speed") ?? String(walkKmh ?? 4)
  const known = [...find("#speed").options].find(({ value }) => Number(value) === Number(speed))
  choice.speed = Number(known?.value ?? 4)
  choice.mode = address.get("mode") === "radius" ? "radius" : "walk"
  choice.at = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.exec(address.get("at") ?? "")?.[0] ?? ""
}

function writeAddress() {
  const { mode, ...shown } = Object.fromEntries(asked())
  const view = new URLSearchParams(location.search).get("view")
  const kept = { ...shown, ...(mode === "radius" && { mode }), ...(view && { view }) }
  history.replaceState(null, "", `?${new URLSearchParams(kept)}`)
}

/** Fill the bar with the kinds that have points, and say `changed(name)` when one of them changes. */
export function bindChoice(kinds, walkKmh, changed) {
  readAddress(kinds, walkKmh)
  fillKinds(kinds)
  find("#speed").value = choice.speed.toFixed(1)
  const tell = (name) => {
    find("#minutes").classList.toggle("idle", choice.mode === "radius")
    writeAddress()
    changed(name)
  }
  bindSegments("#minutes", "minutes", tell)
  bindSegments("#mode", "mode", tell)
  bindSegments("#level", "level", tell)
  bindSegments("#count", "count", tell)
  bindOpenAt(choice, tell)
  find("#kind").addEventListener("change", ({ target }) => {
    if (target.value === choice.kind) return
    choice.kind = target.value
    tell("kind")
  })
  find("#speed").addEventListener("change", ({ target }) => {
    choice.speed = Number(target.value)
    tell("speed")
  })
  find("#choropleth").addEventListener("change", ({ target }) => {
    choice.choropleth = target.checked
    tell("choropleth")
  })
}
