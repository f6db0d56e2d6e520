// The rail of tools as a toolbar: one stop of the Tab key, arrows go from tool to tool, Home and End to its ends.
import { listen } from "./desk.js"

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }

export function bindRail(desk) {
  const tools = [...document.querySelectorAll("#rail [data-tool]")]
  const stopAt = (tool) => {
    for (const one of tools) one.tabIndex = one === tool ? 0 : -1
  }
  document.getElementById("rail").addEventListener("keydown", (event) => {
    const at = tools.indexOf(document.activeElement)
    const next = nextOf(tools, at, event.key)
    if (at < 0 || !next) return
    event.preventDefault()
    stopAt(next)
    next.focus()
  })
  listen(desk, "tool-chosen plan-opened", () =>
    stopAt(tools.find((tool) => tool.dataset.tool === desk.tool) ?? tools[0]),
  )
}

function nextOf(tools, at, key) {
  if (key === "Home") return tools[0]
  if (key === "End") return tools.at(-1)
  return STEPS[key] && tools[(at + STEPS[key] + tools.length) % tools.length]
}
