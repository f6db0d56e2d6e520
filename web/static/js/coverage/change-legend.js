// The legend of a difference map: buildings that gain and lose access, ground that does, what the marks mean.
import { el } from "../dom.js"
import { t } from "../language.js"
import { count } from "../number-format.js"
import { choice } from "./choice.js"
import { key, square } from "./legend.js"

const disc = (look) => el("i", { class: `mark-key ${look}` })
const two = (pale, strong) =>
  el(
    "span",
    { class: "two-swatches" },
    ...[pale, strong].map((fill) => el("i", { style: { background: fill } })),
  )

function notes() {
  const metres = count((choice.speed * 1000 * choice.minutes) / 60)
  const facts = { speed: choice.speed.toFixed(1), n: choice.minutes, m: metres }
  return [t("coverage.formula"), t("coverage.speed_line", facts)]
}

const buildings = () => [
  key(square("#a92a1c"), t("coverage.key_lost")),
  key(square("#3f78d0"), t("coverage.key_gained")),
]

export const mergerLegend = () => ({
  title: t("coverage.merge_legend", { n: choice.minutes }),
  keys: [
    ...buildings(),
    key(disc("closed"), t("coverage.merge_key_closed")),
    key(disc("chosen"), t("coverage.merge_key_target")),
    key(disc("plain"), t("coverage.merge_key_kept")),
  ],
  notes: notes(),
})

export const scenarioLegend = () => ({
  title: t("coverage.scenario_legend", { n: choice.minutes }),
  keys: [
    ...buildings(),
    key(two("#dfe9f8", "#b9d0f0"), t("coverage.key_ground_gained")),
    key(two("#fbe6e1", "#f0b7aa"), t("coverage.key_ground_lost")),
    key(disc("new"), t("coverage.key_scenario_new")),
    key(disc("closed"), t("coverage.key_scenario_gone")),
  ],
  notes: notes(),
})
