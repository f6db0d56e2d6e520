// The evaluation by part: one row a grid, month, channel, community or category; each number opens its list.
import { el } from "../dom.js"
import { t } from "../language.js"
import { count } from "../number-format.js"
import { listOf } from "./list-of.js"

export const per = ({ percent }) => (percent === null ? "–" : `${percent.toFixed(1)} %`)

export function table({ parts, by, since }) {
  const name = (part) =>
    by === "channel" ? t(`incidents.channel_${part}`) : part || t("incidents.unlocated")
  const columns = [
    "total",
    "closed",
    "satisfaction",
    "rated",
    "on_time",
    "median_days",
    "at_grid",
    "at_community",
    "at_above",
  ]
  const cells = (row) => [
    [count(row.total), "total"],
    [count(row.closed), "closed"],
    [per(row.satisfaction), "satisfied"],
    [count(row.satisfaction.total), "rated"],
    [per(row.on_time), "on_time"],
    [row.median_days === null ? "–" : count(row.median_days, 1), "closed"],
    ...["grid", "community", "above"].map((level) => [
      `${row.resolved[level].percent.toFixed(1)} %`,
      `at_${level}`,
    ]),
  ]
  return el(
    "section",
    { class: "scroll" },
    el("h2", {}, t(`cases.by_${by}`)),
    el(
      "table",
      { class: "table" },
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          el("th", {}, t(`cases.part_${by}`)),
          ...columns.map((c) => el("th", { class: "number" }, t(`cases.${c}`))),
        ),
      ),
      el(
        "tbody",
        {},
        ...parts.map((row) =>
          el(
            "tr",
            {},
            el("td", {}, name(row.part)),
            ...cells(row).map(([text, name]) =>
              el("td", { class: "number" }, listOf(text, name, { since, by, part: row.part ?? "" })),
            ),
          ),
        ),
      ),
    ),
  )
}
