// The tabs of the panel: one task at a time. A mode is {enter, leave, changed, pick, click, view}, all optional.
import { find } from "../dom.js"
import { openDrawer } from "../drawer.js"

const tabs = () => [...document.querySelectorAll("#modes [role=tab]:not([hidden])")]

export class Modes {
  /** `modes` by name; the first tab is shown until `open` is called with another, `opened` told each time. */
  constructor(modes, { opened }) {
    this.modes = modes
    this.opened = opened
    this.name = tabs()[0].value
    const bar = find("#modes")
    bar.addEventListener("click", ({ target }) => {
      const tab = target.closest("[role=tab]")
      if (tab) this.open(tab.value)
    })
    bar.addEventListener("keydown", (event) => this.#keys(event))
  }

  get current() {
    return this.modes[this.name] ?? {}
  }

  /** Open the tab that the address names, if there is one. */
  openAddressed() {
    const name = new URLSearchParams(location.search).get("view")
    if (tabs().some(({ value }) => value === name)) this.open(name)
  }

  open(name) {
    if (name === this.name) return
    this.current.leave?.()
    this.name = name
    for (const tab of tabs()) {
      const isOpen = tab.value === name
      tab.setAttribute("aria-selected", String(isOpen))
      tab.tabIndex = isOpen ? 0 : -1
      find(`#mode-${tab.value}`).hidden = !isOpen
    }
    find("#panel").scrollTop = 0
    writeAddress(name)
    openDrawer()
    this.current.enter?.()
    this.opened()
  }

  /** The page's question has changed and its answer is drawn. */
  changed() {
    this.current.changed?.()
  }

  #keys(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (!step) return
    const all = tabs()
    const at = all.findIndex(({ value }) => value === this.name)
    const next = all[(at + step + all.length) % all.length]
    event.preventDefault()
    this.open(next.value)
    next.focus()
  }
}

function writeAddress(name) {
  const asked = new URLSearchParams(location.search)
  if (name === "coverage") asked.delete("view")
  else asked.set("view", name)
  history.replaceState(null, "", `?${asked}`)
}
