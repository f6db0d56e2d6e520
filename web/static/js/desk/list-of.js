// A number that opens its list: a link to the desk's queue with just what the number counts.
import { el } from "../dom.js"

/**
 * Where the list of `figure` is: of what was reported in a period (`since`, `until`), or closed in one, of one part
 * of `by`, of a community (its id), of a kind.
 */
export function addressOf(figure, of = {}) {
  const asked = new URLSearchParams({ tab: "all", figure })
  for (const [name, key] of Object.entries(ASKED_AS)) if (of[name]) asked.set(key, of[name])
  if (of.by) asked.set("part", of.part ?? "")
  return `/desk?${asked}`
}

const ASKED_AS = {
  since: "from",
  until: "to",
  closedSince: "closed_from",
  closedUntil: "closed_to",
  by: "by",
  community: "community",
  kind: "kind",
}

export const listOf = (text, figure, period) =>
  el("a", { class: "number-link", href: addressOf(figure, period), "data-figure": figure }, text)

const TAKEN = ["tab", "figure", "part", ...Object.values(ASKED_AS)]

/** What the page's address asks of the queue. */
export function askedOf(search) {
  const given = new URLSearchParams(search)
  return Object.fromEntries(TAKEN.filter((name) => given.has(name)).map((name) => [name, given.get(name)]))
}
