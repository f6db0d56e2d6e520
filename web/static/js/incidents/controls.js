// The filters: period, category, level, state, channel; each tells how many its other choices would show.
import { el, find, show, svg } from "../dom.js"
import { language, t } from "../language.js"
import { CHANNELS, DEADLINE, mark } from "../map/incident-marks.js"
import { count, percent } from "../number-format.js"

const STATES = ["open", "overdue", "closed", "all"]
const LEVELS = 5
const LONG = 10_000

export const nameOf = ({ key, zh, en }) => (language === "en" ? en : zh) || key || t("incidents.no_category")

export function bindControls(view, { change, everything, load, layers }) {
  find("#period").addEventListener("change", load)
  find("#category").addEventListener("change", ({ target }) => change({ category: Number(target.value) }))
  find("#level").addEventListener("change", ({ target }) => change({ level: Number(target.value) }))
  find("#states").addEventListener("click", ({ target }) => {
    const state = target.closest("button")?.dataset.state
    if (state) change({ state })
  })
  find("#channels").addEventListener("click", ({ target }) => {
    const button = target.closest("button")
    if (!button) return
    const channels = [...view.wanted.channels]
    channels[button.dataset.channel] = !channels[button.dataset.channel]
    change({ channels })
  })
  find("#drawn-as").addEventListener("click", ({ target }) => {
    const mode = target.closest("button")?.dataset.mode
    if (!mode) return
    for (const button of find("#drawn-as").children)
      button.setAttribute("aria-pressed", String(button.dataset.mode === mode))
    find("#app").dataset.drawnAs = mode
    layers.incidents?.setMode(mode)
  })
  find("#subset").addEventListener("click", everything)
  if (matchMedia("(max-width: 719px)").matches) find(".legend-card details").open = false
  drawStates()
}

function drawStates() {
  const figure = (state) =>
    el(
      "button",
      { type: "button", class: "figure", "data-state": state },
      el("b", { class: state === "overdue" ? "over" : null }, "–"),
      el("span", {}, t(`incidents.state_${state}`)),
    )
  show(find("#states"), ...STATES.map(figure))
}

/** Write what was counted beside each choice. */
export function drawChoices(view) {
  const { found, wanted } = view
  find("#states").classList.toggle("long", found.states.all >= LONG)
  for (const button of find("#states").children) {
    button.setAttribute("aria-pressed", String(button.dataset.state === wanted.state))
    const value = found.states[button.dataset.state]
    button.firstChild.textContent = count(value)
    button.firstChild.classList.toggle("over", button.dataset.state === "overdue" && value > 0)
  }
  drawOverdue(view)
  drawChannels(view)
  drawCategories(view)
  drawLevels(view)
  const chip = find("#subset")
  chip.hidden = !view.subset
  if (view.subset) chip.firstElementChild.textContent = t(view.subset.key, view.subset)
}

/** How many are overdue in all, where the map shows some of them only: filtered, earlier, or without a place. */
function drawOverdue({ found, overdue }) {
  const line = find("#overdue-all")
  line.hidden = overdue === found.states.overdue
  const words = t("incidents.overdue_all", { n: count(overdue) })
  const mayList = document.body.dataset.role !== "leader"
  show(line, mayList ? el("a", { href: "/desk?tab=overdue" }, words) : words)
}

/** How many of each channel, as a share of all that the other filters let through. */
function drawChannels({ block, found, wanted }) {
  const all = found.channels.reduce((sum, n) => sum + n, 0)
  const row = (name, c) => {
    const share = all ? found.channels[c] / all : 0
    const bar = svg("svg", {
      class: "share",
      viewBox: "0 0 100 6",
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    })
    bar.append(svg("rect", { width: 100 * share, height: 6 }))
    return el(
      "button",
      { type: "button", class: "channel", "data-channel": c, "aria-pressed": String(wanted.channels[c]) },
      mark(name, "in_time", 20),
      el("span", {}, t(`incidents.channel_${name}`)),
      bar,
      el("b", {}, count(found.channels[c])),
      el("small", {}, percent(share)),
    )
  }
  show(find("#channels"), ...block.channels.map(row))
}

function drawCategories({ block, found, wanted }) {
  const choices = block.categories
    .map((category, i) => ({ i, n: found.categories[i], name: nameOf(category) }))
    .filter(({ n, i }) => n > 0 || i === wanted.category)
    .sort((a, b) => b.n - a.n)
  const option = ({ i, n, name }) => el("option", { value: i }, `${name}（${count(n)}）`)
  show(find("#category"), el("option", { value: -1 }, t("incidents.all")), ...choices.map(option))
  find("#category").value = String(wanted.category)
}

function drawLevels({ found, wanted }) {
  const options = [el("option", { value: -1 }, t("incidents.all"))]
  for (let level = 1; level <= LEVELS; level++)
    options.push(
      el("option", { value: level }, t("incidents.level_n", { level, n: count(found.levels[level]) })),
    )
  if (found.levels[0])
    options.push(el("option", { value: 0 }, t("incidents.level_none", { n: count(found.levels[0]) })))
  show(find("#level"), ...options)
  find("#level").value = String(wanted.level)
}

export function drawLegend() {
  const key = (drawn, text) => el("li", {}, drawn, el("span", {}, text))
  const shapes = CHANNELS.map((c) => key(mark(c, "in_time", 20), t(`incidents.channel_${c}`)))
  show(find("#legend-shapes"), ...shapes)
  const colours = Object.keys(DEADLINE).map((d) => key(mark("resident", d, 20), t(`incidents.deadline_${d}`)))
  show(find("#legend-colours"), ...colours)
}
