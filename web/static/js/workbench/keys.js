// The sheet of keys, opened by `?`.
import { el, find, icon, isTyping, show } from "../dom.js"
import { t } from "../language.js"

const KEYS = [
  ["V", "tool_select"],
  ["B", "tool_brush"],
  ["E", "tool_eraser"],
  ["R", "tool_rect"],
  ["L", "tool_lasso"],
  ["P", "tool_polygon"],
  ["N", "tool_new"],
  ["F", "tool_fill"],
  ["D", "tool_border"],
  ["C", "tool_cut"],
  ["M", "tool_merge"],
  ["K", "tool_lock"],
  ["Shift K", "key_lock_all"],
  ["U", "tool_ruler"],
  ["1 2 3", "key_unit"],
  ["[  '", "key_size"],
  ["Alt", "key_pick"],
  ["Ctrl Z", "undo"],
  ["Ctrl Y", "redo"],
  ["Enter", "key_finish"],
  ["Backspace", "key_back"],
  ["Esc", "key_escape"],
  ["A", "auto_balance"],
  ["H", "history"],
  ["G", "key_grids_or_deviation"],
  ["Z", "key_zoom_selected"],
  ["0", "key_fit"],
  ["+  −", "key_zoom"],
  ["/", "key_search"],
  ["]", "key_panel"],
  ["?", "all_keys"],
]

/** Keys that press a button of the page; the first that is there and not pressed. */
const PRESSES = {
  a: "#open-balance",
  h: "#tab-history",
  g: '.map-view [data-view][aria-pressed="false"]:not([hidden])',
  z: '#grid-card button:has(use[href$="#zoom-to"])',
  0: '[data-map="fit"]',
}

function press(event) {
  const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || isTyping(event))
  const button = isPlain && !document.querySelector("dialog[open]") && PRESSES[event.key.toLowerCase()]
  if (button) document.querySelector(button)?.click()
}

export function bindKeySheet() {
  const dialog = find("#keys-dialog")
  const open = () => {
    fill(dialog)
    dialog.showModal()
  }
  find("#open-keys").addEventListener("click", open)
  document.addEventListener("keydown", press)
  document.addEventListener("keydown", (event) => {
    if (event.key === "?" && !isTyping(event) && !dialog.open) open()
  })
}

function fill(dialog) {
  const rows = [[t("workbench.key_space"), "pan"], ...KEYS].flatMap(([key, name]) => [
    el("kbd", {}, key),
    el("span", {}, t(`workbench.${name}`)),
  ])
  const close = el(
    "button",
    { type: "button", class: "icon-btn", "aria-label": t("common.close"), onclick: () => dialog.close() },
    icon("cross"),
  )
  show(
    dialog,
    el(
      "div",
      { class: "sheet" },
      el("header", {}, el("h1", { class: "grow", id: "keys-title" }, t("workbench.all_keys")), close),
      el("div", { class: "body keys" }, rows),
    ),
  )
}
