// The legend card: title with unit, keys, band and target, formula, dates.
import { el } from "../dom.js"
import { ours, t } from "../language.js"
import { DEVIATION, deviationLimits } from "../map/palette.js"
import { legendSwatch } from "../map/patterns.js"
import { day, range } from "../number-format.js"

/** The seven classes in words, far over first, as they lie on a scale. */
export function classNames(band) {
  const [farUnder, low, targetLow, targetHigh, high, farOver] = deviationLimits(band)
  return [
    t("overview.less_than", { n: farUnder }),
    range(farUnder, low - 1),
    range(low, targetLow - 1),
    range(targetLow, targetHigh),
    range(targetHigh + 1, high),
    range(high + 1, farOver),
    t("overview.more_than", { n: farOver }),
  ]
}

export function showLegend(holder, { project, formula }) {
  const { band } = project
  const names = classNames(band)
  const keys = DEVIATION.map(({ fill, pattern }, i) =>
    el("li", {}, legendSwatch(fill, pattern), names[i]),
  ).reverse()
  const isRoomy = innerWidth >= 720
  holder.replaceChildren(
    el(
      "details",
      { open: isRoomy },
      el("summary", {}, t("overview.legend_title")),
      el("ul", {}, keys),
      el("hr"),
      el(
        "p",
        { class: "foot" },
        t("overview.band_line", { range: range(band.low, band.high), target: band.target }),
      ),
      el("p", { class: "foot" }, ours(formula?.households)),
      el("p", { class: "foot" }, t("overview.date_line", { date: day(project.households_date) })),
    ),
  )
}
