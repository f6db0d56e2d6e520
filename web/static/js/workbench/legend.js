// The legend strip at the foot of the map: keys of the view that is shown, formula, date.
import { el, find, show } from "../dom.js"
import { district } from "../district.js"
import { ours, t } from "../language.js"
import { ABOVE_BAND, CATEGORIES, DEVIATION } from "../map/palette.js"
import { legendSwatch } from "../map/patterns.js"
import { day, range } from "../number-format.js"
import { classNames } from "../overview/legend.js"
import { listen } from "./desk.js"

export function bindLegend(desk) {
  listen(desk, "plan-opened view-chosen", () => showLegend(desk))
}

async function showLegend(desk) {
  const { band } = desk.plan
  const keys = { deviation: deviationKeys, changes: changeKeys, grids: gridKeys }[desk.coloursBy](band)
  const { formula, project } = await district()
  show(
    find("#legend"),
    el("b", {}, t(`workbench.legend_${desk.coloursBy}`)),
    keys,
    el("span", { class: "formula grow", title: ours(formula?.households) }, ours(formula?.households)),
    el("span", { class: "muted" }, t("overview.date_line", { date: day(project.households_date) })),
  )
}

const key = (fill, pattern, words) => el("span", { class: "key" }, legendSwatch(fill, pattern), words)

function gridKeys({ low, high }) {
  return [
    key(CATEGORIES[1].fill, null, t("workbench.key_in_band", { band: range(low, high) })),
    key(ABOVE_BAND.fill, "over", t("overview.more_than", { n: high })),
    key(CATEGORIES[5].fill, "under", t("overview.less_than", { n: low })),
    key("#fff", "lock", t("workbench.key_locked")),
    key(CATEGORIES[0].fill, "move", t("workbench.key_moved")),
  ]
}

const changeKeys = () => [
  key(CATEGORIES[0].fill, "move", t("workbench.key_changed")),
  key("#fafbf9", null, t("workbench.key_unchanged")),
  el("span", { class: "key" }, el("i", { class: "dash" }), t("workbench.key_gone")),
]

function deviationKeys(band) {
  return classNames(band).map((words, i) => key(DEVIATION[i].fill, DEVIATION[i].pattern, words))
}
