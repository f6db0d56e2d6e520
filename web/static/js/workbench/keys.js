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
  ["+  −", "key_zoom"],
  ["/", "key_search"],
  ["]", "key_panel"],
  ["?", "all_keys"],
]

export function bindKeySheet() {
  const dialog = find("#keys-dialog")
  const open = () => {
    fill(dialog)
    dialog.showModal()
  }
  find("#open-keys").addEventListener("click", open)
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
