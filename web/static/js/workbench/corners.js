// A line drawn corner by corner: click or tap for each, back over the last or a double click to end. It stays on its
// ground while the map is moved.
import { find } from "../dom.js"

const SAME_PX = 8
const CLICK_PX = 5

/** `on.change(tip)` after each corner and move, `on.done()` at the end; `isClosed`: a ring. */
export function cornerLine(desk, { isClosed = false, className = "", on }) {
  const outline = find("#gesture path")
  let corners = []
  let tip = null
  let pressed = null

  const toPoint = (latlng) => desk.map.latLngToContainerPoint(latlng)

  function draw() {
    if (!corners.length) return
    const points = [...corners, tip].filter(Boolean).map(toPoint)
    if (className) outline.classList.add(className)
    const way = points.map(({ x, y }) => `${x} ${y}`).join("L")
    outline.setAttribute("d", `M${way}${isClosed && points.length > 2 ? "Z" : ""}`)
  }

  function changed() {
    draw()
    on.change(corners, tip)
  }

  function forget() {
    corners = []
    tip = null
    outline.setAttribute("d", "")
    if (className) outline.classList.remove(className)
  }

  function add(latlng) {
    const last = corners.at(-1)
    const isAgain = (corner) => corner && toPoint(corner).distanceTo(toPoint(latlng)) < SAME_PX
    if (isAgain(last) || (isClosed && corners.length > 2 && isAgain(corners[0]))) return on.done()
    corners.push(latlng)
    tip = null
    return changed()
  }

  function back() {
    if (!corners.length) return
    corners.pop()
    if (corners.length) changed()
    else forget()
    on.change(corners, tip)
  }

  desk.map.on("move zoom", draw)
  return {
    press: ({ point }) => (pressed = point),
    drag() {},
    hover({ latlng, event }) {
      if (!corners.length || event.pointerType === "touch") return
      tip = latlng
      changed()
    },
    release({ point, latlng }) {
      if (pressed && pressed.distanceTo(point) < CLICK_PX) add(latlng)
      pressed = null
    },
    back,
    forget,
    get corners() {
      return corners
    },
  }
}
