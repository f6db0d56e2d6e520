// A number that opens its list: a link to the desk's queue with just what the number counts.
import { el } from "../dom.js"

/** Where the list of `figure` is, in a period that began at `since`, of one part of `by`. */
export function addressOf(figure, { since = null, by = null, part = "", kind = null } = {}) {
  const asked = new URLSearchParams({ tab: "all", figure })
  if (since) asked.set("from", since)
  if (by) {
    asked.set("by", by)
    asked.set("part", part)
  }
  if (kind) asked.set("kind", kind)
  return `/desk?${asked}`
}

export const listOf = (text, figure, period) =>
  el("a", { class: "number-link", href: addressOf(figure, period), "data-figure": figure }, text)

const TAKEN = ["tab", "figure", "by", "part", "from", "to", "kind"]

/** What the page's address asks of the queue. */
export function askedOf(search) {
  const given = new URLSearchParams(search)
  return Object.fromEntries(TAKEN.filter((name) => given.has(name)).map((name) => [name, given.get(name)]))
}
