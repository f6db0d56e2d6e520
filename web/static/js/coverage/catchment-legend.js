// The legend of catchments: a colour a centre, the hatch of what found none, how it was counted.
import { el } from "../dom.js"
import { t } from "../language.js"
import { CATEGORIES } from "../map/palette.js"
import { key, square } from "./legend.js"

export function catchmentLegend({ centres, at_least: least, at_most: most, speed_kmh: speed }, colours) {
  const named = centres
    .slice(0, CATEGORIES.length)
    .map(({ id, name, units }) =>
      key(
        square(colours.get(id).fill),
        t("coverage.allocate_key", { name: name || t("coverage.unnamed"), n: units }),
        "one-line",
      ),
    )
  const more =
    centres.length > CATEGORIES.length
      ? el("li", { class: "muted" }, t("coverage.allocate_more", { n: centres.length - CATEGORIES.length }))
      : null
  return {
    title: t("coverage.allocate_legend", { least, most }),
    keys: [...named, more, key(el("i", { class: "swatch gap-swatch" }), t("coverage.allocate_left"))].filter(
      Boolean,
    ),
    notes: [t("coverage.allocate_formula"), t("coverage.speed_only", { speed: speed.toFixed(1) })],
  }
}
