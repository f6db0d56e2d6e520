// The tools of the rail. A tool is {press, drag, hover, release, cancel}; pointer events reach the one that is chosen.
import { find, isTyping } from "../dom.js"
import { newGrid } from "../plan/grids.js"
import { chooseReceiver, listen, select, tell } from "./desk.js"
import { areaTool } from "./area-tools.js"
import { borderTool } from "./border-tool.js"
import { cutTool } from "./cut-tool.js"
import { fillTool } from "./fill-tool.js"
import { lockAll, lockAt } from "./lock-tool.js"
import { mergeTool } from "./merge-tool.js"
import { cellAt, positionAt } from "./pointing.js"
import { polygonTool } from "./polygon-tool.js"
import { rulerTool } from "./ruler-tool.js"
import { strokeTool } from "./stroke-tools.js"

const KEYS = {
  v: "select",
  b: "brush",
  e: "eraser",
  r: "rect",
  l: "lasso",
  n: "new",
  d: "border",
  c: "cut",
  m: "merge",
  k: "lock",
  p: "polygon",
  f: "fill",
  u: "ruler",
}
const UNIT_KEYS = { 1: "building", 2: "block", 3: "compound" }
const PAINTS = ["brush", "rect", "lasso", "polygon"]
const MOVES_THE_MAP = ["select", "lock", "merge", "border", "fill", "polygon", "ruler"]

export function bindTools(desk) {
  const tools = {
    select: clickTool(desk, (position, cell) => {
      select(desk, position)
      if (cell !== null) tell(desk, "cell-clicked", { cell })
    }),
    lock: clickTool(desk, (position, cell) => lockAt(desk, position, cell)),
    brush: strokeTool(desk, "brush"),
    eraser: strokeTool(desk, "eraser"),
    rect: areaTool(desk, "rect"),
    lasso: areaTool(desk, "lasso"),
    border: borderTool(desk),
    cut: cutTool(desk),
    merge: mergeTool(desk),
    fill: fillTool(desk),
    polygon: polygonTool(desk),
    ruler: rulerTool(desk),
  }
  for (const button of document.querySelectorAll("[data-tool]")) {
    button.addEventListener("click", () => chooseTool(desk, button.dataset.tool))
  }
  bindKeys(desk, tools)
  bindPointer(desk, tools)
  listen(desk, "tool-chosen", () => showTool(desk))
}

export function chooseTool(desk, tool) {
  if (!desk.plan?.editable && !["select", "ruler"].includes(tool)) return undefined
  if (tool === "new") return startNewGrid(desk)
  desk.tool = tool
  return tell(desk, "tool-chosen")
}

/** What is painted next becomes a grid of its own; by the lasso, unless another painting tool is in hand. */
export function startNewGrid(desk) {
  if (!PAINTS.includes(desk.tool)) chooseTool(desk, "lasso")
  chooseReceiver(desk, newGrid(desk.plan))
}

function showTool(desk) {
  const holder = find("#map-holder")
  holder.className = `map tool-${desk.tool}`
  for (const button of document.querySelectorAll("[data-tool]")) {
    button.setAttribute("aria-pressed", String(button.dataset.tool === desk.tool))
  }
  const turn = (handler, isOn) => (isOn ? handler.enable() : handler.disable())
  turn(desk.map.dragging, MOVES_THE_MAP.includes(desk.tool))
  turn(desk.map.doubleClickZoom, desk.tool === "select")
}

/** What one touch of a painting tool takes: a building, its block, its compound. */
export function chooseUnit(desk, unit) {
  desk.unit = unit
  tell(desk, "unit-chosen")
}

function bindKeys(desk, tools) {
  document.addEventListener("keydown", (event) => {
    if (
      isTyping(event) ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      document.querySelector("dialog[open]")
    )
      return
    const key = event.key.toLowerCase()
    if (event.shiftKey && key === "k")
      return lockAll(
        desk,
        desk.plan.grids.some(({ locked }) => !locked),
      )
    if (KEYS[key]) chooseTool(desk, KEYS[key])
    else if (UNIT_KEYS[key]) chooseUnit(desk, UNIT_KEYS[key])
    else if (event.key === "Escape") tools[desk.tool].cancel()
    else if (event.key === "Enter" && !event.target.closest?.("button, a, summary, tr"))
      tools[desk.tool].enter?.()
    else if (event.key === "Backspace") tools[desk.tool].back?.()
    else if (event.key === " ") pan(desk, event, true)
    else if (event.key === "[" || event.key === "'")
      tell(desk, "brush-resized", { by: event.key === "[" ? -4 : 4 })
    return undefined
  })
  document.addEventListener("keyup", (event) => event.key === " " && pan(desk, event, false))
}

/** Space held: the map moves under any tool. */
function pan(desk, event, isOn) {
  if (event.target instanceof HTMLButtonElement) return
  event.preventDefault()
  desk.isPanning = isOn
  find("#map-holder").classList.toggle("panning", isOn)
  if (isOn) desk.map.dragging.enable()
  else showTool(desk)
}

function bindPointer(desk, tools) {
  const container = desk.map.getContainer()
  let isDown = false
  const at = (event) => ({
    point: desk.map.mouseEventToContainerPoint(event),
    latlng: desk.map.mouseEventToLatLng(event),
    event,
  })
  const onMap = (event) =>
    !desk.isPanning &&
    !desk.isReshaping &&
    event.isPrimary &&
    desk.plan &&
    !event.target.closest?.(".leaflet-control")
  const giveUp = () => {
    if (isDown) tools[desk.tool].cancel()
    isDown = false
  }
  container.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary) return giveUp() // a second finger: the map is pinched
    if (!onMap(event) || event.button !== 0) return undefined
    if (event.altKey) return pick(desk, at(event).latlng)
    isDown = true
    return tools[desk.tool].press(at(event))
  })
  container.addEventListener("pointermove", (event) => {
    if (!onMap(event)) return
    if (isDown) tools[desk.tool].drag(at(event))
    else tools[desk.tool].hover(at(event))
  })
  addEventListener("pointerup", (event) => {
    if (isDown && event.isPrimary) tools[desk.tool].release(at(event))
    isDown = false
  })
  container.addEventListener("pointercancel", giveUp)
  container.addEventListener("pointerleave", () => !isDown && tools[desk.tool].leave())
}

/** Alt + click: the grid under the pointer receives what is painted. */
function pick(desk, latlng) {
  const position = positionAt(desk, latlng)
  if (position !== null) chooseReceiver(desk, position)
}

/** A click that did not become a drag of the map. */
function clickTool(desk, act) {
  let pressed = null
  return {
    press: ({ point }) => (pressed = point),
    drag() {},
    hover: ({ latlng }) => hover(desk, positionAt(desk, latlng)),
    leave: () => hover(desk, null),
    cancel: () => select(desk, null),
    release({ point, latlng }) {
      if (pressed && pressed.distanceTo(point) < 5) act(positionAt(desk, latlng), cellAt(desk, latlng))
      pressed = null
    },
  }
}

/** The grid under the pointer shows its cells. */
function hover(desk, position) {
  if (desk.hovered === position) return
  desk.hovered = position
  desk.layers.territory.recolour()
}
