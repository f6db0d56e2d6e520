// Below 1,200 px the panel is a drawer, opened by its button or by the key `]`.
import { find, isTyping } from "./dom.js"

export function bindDrawer() {
  const app = find("#app")
  const toggle = () => app.classList.toggle("drawer-closed")
  if (innerWidth < 1200) app.classList.add("drawer-closed")
  find("#drawer-toggle")?.addEventListener("click", toggle)
  document.addEventListener("keydown", (event) => {
    if (event.key === "]" && !isTyping(event)) toggle()
  })
}

export const openDrawer = () => find("#app").classList.remove("drawer-closed")
