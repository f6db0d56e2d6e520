// The desk: tabs that are filled when they are opened, and the card of the case that is chosen.
import { find } from "../dom.js"
import { openCase } from "../cases/card.js"
import { sayError } from "../messages.js"
import { drawAgenda } from "./agenda.js"
import { drawFigures } from "./figures.js"
import { newCase } from "./new-case.js"
import { startQueue } from "./queue.js"
import { drawRules } from "./rules.js"
import { drawWishes } from "./wishes.js"

const DRAWN = { wishes: drawWishes, figures: drawFigures, agenda: drawAgenda, rules: drawRules }
const card = find("#card")
let queue = null

function choose(id) {
  find("#desk").dataset.open = "card"
  queue?.mark(id)
  return openCase(card, id, { close: shut, changed: () => queue?.load() })
}

function shut() {
  card.hidden = true
  delete find("#desk").dataset.open
  queue?.mark(null)
}

/** Show a tab; `location.hash` keeps it, so that it can be linked to. */
function open(name) {
  for (const button of document.querySelectorAll(".desk-tabs [data-tab]")) {
    const isChosen = button.dataset.tab === name
    button.setAttribute("aria-selected", String(isChosen))
    button.tabIndex = isChosen ? 0 : -1
    find(`#desk-${button.dataset.tab}`).hidden = !isChosen
  }
  if (name !== "queue") shut()
  history.replaceState(null, "", name === "queue" ? location.pathname : `#${name}`)
  const draw = DRAWN[name]
  if (draw) draw(find(`#desk-${name}`), choose).catch((error) => sayError(error, { id: "desk" }))
}

for (const button of document.querySelectorAll(".desk-tabs [data-tab]")) {
  button.addEventListener("click", () => open(button.dataset.tab))
  button.addEventListener("keydown", ({ key }) => {
    const next = { ArrowRight: button.nextElementSibling, ArrowLeft: button.previousElementSibling }[key]
    if (next?.dataset.tab) {
      open(next.dataset.tab)
      next.focus()
    }
  })
}
find("#new-case")?.addEventListener("click", async () => {
  find("#desk").dataset.open = "card"
  card.hidden = false
  await newCase(card, { close: shut, made: (id) => (queue?.load(), choose(id)) })
})
queue = await startQueue(choose)
const wanted = location.hash.slice(1)
const isCase = /^case-(\d+)$/.exec(wanted)
if (isCase) await choose(Number(isCase[1]))
else if (DRAWN[wanted] && find(`#tab-${wanted}`)) open(wanted)
