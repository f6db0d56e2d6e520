// Ruler: metres along a line of corners and, from the third on, the area inside. It changes nothing.
import { el, find, show } from "../dom.js"
import { t } from "../language.js"
import { area, length as metres } from "../number-format.js"
import { ringArea } from "../geometry.js"
import { cornerLine } from "./corners.js"
import { listen } from "./desk.js"

export function rulerTool(desk) {
  const live = find("#live")
  let isDone = false
  const line = cornerLine(desk, { className: "ruler", on: { change: tellLength, done: finish } })

  function forget() {
    line.forget()
    isDone = false
    live.hidden = true
    find("#ruler-read").textContent = t("workbench.ruler_hint")
  }

  function tellLength(corners, tip) {
    const way = [...corners, tip].filter(Boolean)
    live.hidden = way.length < 2
    const words = reading(desk.map, way)
    find("#ruler-read").textContent = words
    if (live.hidden) return
    const at = desk.map.latLngToContainerPoint(way.at(-1))
    live.style.transform = `translate(${at.x}px, ${at.y}px)`
    show(live, el("div", { class: "verdict reading" }, words))
  }

  function finish() {
    isDone = line.corners.length > 1
    tellLength(line.corners, null)
  }

  desk.map.on(
    "move zoom",
    () => desk.tool === "ruler" && line.corners.length && tellLength(line.corners, null),
  )
  listen(desk, "tool-chosen plan-opened", () => {
    find("#options-ruler").hidden = desk.tool !== "ruler" || !desk.plan
    forget()
  })

  return {
    press(at) {
      if (isDone) forget()
      line.press(at)
    },
    drag() {},
    hover: (at) => !isDone && line.hover(at),
    release: line.release,
    leave() {},
    enter: finish,
    back: line.back,
    cancel: forget,
  }
}

/** "128 m", and with three corners or more "312 m · 0.01 km²". */
function reading(map, way) {
  const length = way.slice(1).reduce((sum, at, i) => sum + map.distance(way[i], at), 0)
  if (way.length < 3) return t("workbench.ruler_length", { length: metres(length) })
  const words = { length: metres(length), area: area(ringArea(way)) }
  return t("workbench.ruler_area", words)
}
