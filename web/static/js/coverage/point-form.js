// The form of one service point: name, kind, opening hours; what was wrong stands beside it.
import { el, icon, show } from "../dom.js"
import { language, t } from "../language.js"
import { head } from "./cards.js"
import { EXAMPLES, hoursText } from "./opening.js"

const labelled = (key, input, more = null) =>
  el("label", { class: "field" }, el("span", {}, t(`points.${key}`)), input, more)

function kindSelect(kinds, chosen) {
  const tiers = [...new Set(kinds.map(({ tier }) => tier))].sort((a, b) => b - a)
  const option = (kind) =>
    el("option", { value: kind.key, selected: kind.key === chosen }, kind[language] ?? kind.zh)
  const group = (tier) =>
    el("optgroup", { label: `${tier} min` }, ...kinds.filter((kind) => kind.tier === tier).map(option))
  return el("select", { class: "select", name: "kind" }, ...tiers.map(group))
}

/** Examples that fill the field with one press. */
function examples(input) {
  const fill = (text) => () => {
    input.value = text
    input.focus()
  }
  const chip = (text) =>
    el("button", { type: "button", class: "pill", title: text, onclick: fill(text) }, hoursText(text))
  return el("div", { class: "chips" }, ...EXAMPLES.map(chip))
}

/** What the server found sound but unlikely. */
export const warningLine = ({ code, ...facts }) =>
  el("p", { class: "note" }, icon("warn"), el("span", {}, t(`points.warn_${code}`, facts)))

/**
 * Draw the form into `holder`: `point` {id?, name, kind, opening_hours, lat, lon, by_hand}; `save(values)` and
 * `retire()` return promises; `problem` is a sentence, `warnings` what the server said of the last change.
 */
export function drawPointForm(holder, point, { kinds, save, retire, close, warnings = [] }) {
  const name = el("input", { class: "input", name: "name", maxlength: 120, value: point.name ?? "" })
  const kind = kindSelect(kinds, point.kind)
  const hours = el("input", {
    class: "input",
    name: "opening_hours",
    maxlength: 500,
    value: point.opening_hours ?? "",
    placeholder: EXAMPLES[1],
  })
  const problem = el("p", { class: "bad", role: "alert" })
  const go = el("button", { class: "btn primary" }, t(point.id ? "points.save" : "points.create"))
  const title = point.id ? point.name || t("coverage.unnamed") : t("points.new_title")
  const place = `${point.lat.toFixed(6)}, ${point.lon.toFixed(6)}`
  const origin = point.id
    ? t(point.by_hand ? "points.by_hand" : "points.from_import")
    : t("points.drag_first")
  const form = el(
    "form",
    { class: "stack", novalidate: true },
    labelled("name", name),
    labelled("kind", kind),
    labelled("hours", hours),
    el("p", { class: "caption" }, t("points.hours_hint")),
    examples(hours),
    problem,
    ...warnings.map(warningLine),
    el(
      "div",
      { class: "form-foot" },
      point.id
        ? el("button", { type: "button", class: "btn", onclick: () => act(retire) }, t("points.retire"))
        : null,
      el("span", { class: "grow" }),
      el("button", { type: "button", class: "btn", onclick: close }, t("common.cancel")),
      go,
    ),
  )
  const act = async (run) => {
    go.disabled = true
    show(problem)
    try {
      await run({ name: name.value, kind: kind.value, opening_hours: hours.value })
    } catch (error) {
      show(problem, error.message)
    } finally {
      go.disabled = false
    }
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    act(save)
  })
  holder.hidden = false
  show(holder, head(title, close, el("p", { class: "caption" }, `${place} · ${origin}`)), form)
  return { problem, name }
}
