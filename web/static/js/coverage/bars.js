// The bar of a share, with a tick for the measure it is compared with.
import { el } from "../dom.js"

export const bar = (share, className, tick) =>
  el(
    "div",
    { class: `cover-bar ${className}` },
    el("i", { style: { width: `${Math.min(100, share ?? 0)}%` } }),
    tick === undefined || tick === null ? null : el("u", { style: { left: `calc(${tick}% - 1px)` } }),
  )

/** Per cent without its sign: one decimal, 0 and 100 bare, "–" of nothing. */
export const bare = (share, count) => (share === null ? "–" : count(share, share % 100 === 0 ? 0 : 1))
