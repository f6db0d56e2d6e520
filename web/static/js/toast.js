// One line at the foot of the map, six seconds, with an action such as "undo".
import { el } from "./dom.js"

const SECONDS = 6

export function toast(text, action = null) {
  const line = el("div", { class: "toast" }, el("span", {}, text))
  const close = () => line.remove()
  if (action) {
    const press = () => {
      close()
      action.run()
    }
    line.append(el("button", { type: "button", onclick: press }, action.label))
  }
  const holder = document.getElementById("toasts")
  holder.replaceChildren(line)
  setTimeout(close, SECONDS * 1000)
}
