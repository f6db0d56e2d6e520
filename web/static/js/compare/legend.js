// The legend at the foot of the map: what the hatch, the lines and the white ground mean; the date of the figures.
import { el, show } from "../dom.js"
import { t } from "../language.js"
import { CATEGORIES } from "../map/palette.js"
import { legendSwatch } from "../map/patterns.js"
import { day } from "../number-format.js"

const key = (mark, words) => el("span", { class: "key" }, mark, words)

export function showLegend(holder, told, { project }) {
  show(
    holder,
    el("b", {}, t("comparison.legend")),
    key(legendSwatch(CATEGORIES[0].fill, "move"), t("comparison.key_moved")),
    key(el("i", { class: "line" }), t("comparison.key_new_border")),
    key(el("i", { class: "dash" }), t("comparison.key_old_border")),
    key(legendSwatch("#fafbf9"), t("comparison.key_unchanged")),
    el("span", { class: "grow formula", title: t("comparison.formula") }, t("comparison.formula")),
    el("span", { class: "muted" }, t("overview.date_line", { date: day(project.households_date) })),
  )
}
