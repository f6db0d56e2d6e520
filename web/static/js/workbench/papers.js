// The papers of the plan in hand: map book as a job, the others as plain downloads.
import { find } from "../dom.js"
import { makeBook } from "../plans/acts.js"
import { listen } from "./desk.js"

export function bindPapers(desk) {
  const menu = find("#papers")
  listen(desk, "plan-opened", () => (find("#open-compare").hidden = !comparable(desk.plan)))
  menu.addEventListener("click", ({ target }) => {
    const { book } = target.closest("[data-book]")?.dataset ?? {}
    if (book) makeBook(desk.plan, book, find("#paper-work"))
    if (target.closest("a, [data-book]")) menu.removeAttribute("open")
  })
}

const comparable = (plan) => Boolean(plan.replaces)
