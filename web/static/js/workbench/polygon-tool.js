// Polygon: the ground inside becomes a grid or joins one, exactly: cells on the line are cut, buildings go whole.
import { find } from "../dom.js"
import { t } from "../language.js"
import { ringLoads } from "../plan/cut-load.js"
import { isAlive, newGrid } from "../plan/grids.js"
import { count } from "../number-format.js"
import { toast } from "../toast.js"
import { cornerLine } from "./corners.js"
import { listen, select, shortOf } from "./desk.js"
import { reshape } from "./gestures.js"
import { loadPill, showEffect } from "./live-chips.js"

const LEAST_CORNERS = 3

export function polygonTool(desk) {
  const live = find("#live")
  const line = cornerLine(desk, { isClosed: true, on: { change: tellEffect, done: finish } })

  function forget() {
    line.forget()
    live.hidden = true
    refresh()
  }

  function tellEffect(corners, tip) {
    refresh()
    const ring = [...corners, tip].filter(Boolean)
    if (ring.length < LEAST_CORNERS || !desk.ground) return void (live.hidden = true)
    const at = desk.map.latLngToContainerPoint(ring.at(-1))
    const into = receiver(desk)
    const flat = ring.flatMap(({ lng, lat }) => [lng, lat])
    const { touched, ...load } = ringLoads(desk.plan, desk.ground, flat, into)
    return showEffect(desk, live, at, { touched, into, verdict: loadPill(desk, load, touched) })
  }

  function finish() {
    const ring = line.corners.map(({ lng, lat }) => [lng, lat])
    if (ring.length < LEAST_CORNERS) return toast(t("workbench.polygon_hint"))
    const into = receiver(desk)
    const target = isAlive(desk.plan, into) ? desk.plan.grids[into].position : null
    forget()
    return reshape(desk, "polygon", { ring, target }, (answer) => told(answer, into))
  }

  function told(answer, into) {
    const made = answer.grids.find(({ position }) => position === answer.made)
    const words = { grid: made?.short ?? shortOf(desk, into), n: count(made?.households ?? 0) }
    const skipped = answer.skipped ? t("workbench.polygon_skipped", { n: count(answer.skipped) }) : ""
    return t("workbench.polygon_done", words) + skipped
  }

  function refresh() {
    find("#options-polygon").hidden = desk.tool !== "polygon" || !desk.plan
    find("#polygon-done").disabled = line.corners.length < LEAST_CORNERS
    find("#polygon-back").disabled = !line.corners.length
  }

  find("#polygon-done").addEventListener("click", finish)
  find("#polygon-back").addEventListener("click", line.back)
  listen(desk, "tool-chosen plan-opened", () => (desk.tool === "polygon" ? refresh() : forget()))

  return {
    ...line,
    leave() {},
    enter: finish,
    back: line.back,
    cancel() {
      if (!line.corners.length) select(desk, null)
      forget()
    },
  }
}

/** The grid that takes the ground: the one chosen, else a new one. */
const receiver = (desk) => desk.receiver ?? newGrid(desk.plan)
