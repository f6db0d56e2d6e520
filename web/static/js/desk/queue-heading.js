// Above the queue: the number whose list it shows, and how many cases took each route.
import { el, icon } from "../dom.js"
import { t } from "../language.js"
import { count } from "../number-format.js"
import { addressOf } from "./list-of.js"

export const routes = (counts) =>
  Object.entries(counts).flatMap(([name, n]) => [
    `${t(`cases.route_${name}`)} `,
    el("a", { class: "number-link", href: addressOf(name) }, count(n)),
    " · ",
  ]).slice(0, -1) // prettier-ignore

/** Which number's list this is, and the way back to the whole queue. */
export function ofFigure({ total }, wanted, leave) {
  if (!wanted.figure) return null
  const part = wanted.by === "channel" ? t(`incidents.channel_${wanted.part}`) : wanted.part
  const words = [
    t(`cases.list_${wanted.figure}`),
    part,
    (wanted.from ?? wanted.closed_from)?.slice(0, 10),
  ].filter(Boolean)
  return el(
    "button",
    { type: "button", class: "chip plain", id: "queue-figure", onclick: leave },
    t("cases.list_of", { what: words.join(" · "), n: count(total) }),
    icon("cross"),
  )
}
