// The panel's tabs: list, hot spots, gaps, tray. One is open.
import { find } from "../dom.js"

export function bindTabs() {
  const buttons = [...document.querySelectorAll("#incident-tabs [role=tab]")]
  const open = (name) => {
    for (const button of buttons) {
      const isOpen = button.dataset.tab === name
      button.setAttribute("aria-selected", String(isOpen))
      button.tabIndex = isOpen ? 0 : -1
      find(`#tab-${button.dataset.tab}`).hidden = !isOpen
    }
    document.dispatchEvent(new CustomEvent("gisgrid:incident-tab", { detail: name }))
  }
  for (const button of buttons) button.addEventListener("click", () => open(button.dataset.tab))
  find("#incident-tabs").addEventListener("keydown", ({ key, target }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key]
    if (!step) return
    const next = buttons[(buttons.indexOf(target) + step + buttons.length) % buttons.length]
    open(next.dataset.tab)
    next.focus()
  })
  return { open }
}

const SETTLED_MS = 300

/** Call `look` when tab `name` opens, and while it is open whenever the filters have changed; `left` when it closes. */
export function whileOpen(name, look, left = () => {}) {
  let waiting = null
  let isOpen = false
  document.addEventListener("gisgrid:incident-tab", ({ detail }) => {
    if (isOpen && detail !== name) left()
    isOpen = detail === name
    if (isOpen) look()
  })
  document.addEventListener("gisgrid:incidents-sieved", () => {
    clearTimeout(waiting)
    waiting = setTimeout(() => isOpen && look(), SETTLED_MS)
  })
}
