// Rectangle and lasso: cells whose middle lies inside go to the receiver when the button is let go.
import { find } from "../dom.js"
import { inPolygon } from "../geometry.js"
import { t } from "../language.js"
import { movesTo } from "../plan/model.js"
import { toast } from "../toast.js"
import { commit } from "./gestures.js"
import { grown } from "./ground.js"
import { hideLive, showLive } from "./live-chips.js"
import { setPending } from "./pending.js"

const KIND = { rect: "rectangle", lasso: "lasso" }

export function areaTool(desk, kind) {
  const outline = find("#gesture path")
  const live = find("#live")
  let points = []

  const ring = () =>
    kind === "rect" && points.length > 1
      ? rectangle(points[0], points.at(-1))
      : points.flatMap(({ x, y }) => [x, y])

  function draw() {
    const flat = ring()
    const pairs = Array.from({ length: flat.length / 2 }, (_, i) => `${flat[2 * i]} ${flat[2 * i + 1]}`)
    outline.setAttribute("d", pairs.length > 2 ? `M${pairs.join("L")}Z` : "")
  }

  function forget() {
    points = []
    outline.setAttribute("d", "")
    hideLive(desk, live)
    setPending(desk, [])
  }

  const moves = () =>
    desk.receiver === null || points.length < 2
      ? []
      : movesTo(desk.plan, grown(desk, cellsInside(desk, ring())), desk.receiver)

  return {
    press: ({ point }) => (points = [point]),
    drag({ point }) {
      if (!points.length) return
      points.push(point)
      draw()
      const made = moves()
      setPending(desk, made)
      showLive(desk, live, point, made)
    },
    hover() {},
    leave() {},
    cancel: forget,
    release() {
      const made = moves()
      if (points.length > 2 && desk.receiver === null) toast(t("workbench.choose_receiver"))
      forget()
      commit(desk, KIND[kind], made)
    },
  }
}

const rectangle = (a, b) => [a.x, a.y, b.x, a.y, b.x, b.y, a.x, b.y]

function cellsInside(desk, ring) {
  const { plan, map } = desk
  const cells = []
  for (let cell = 0; cell < plan.grid.length; cell++) {
    const { x, y } = map.latLngToContainerPoint([plan.y[cell], plan.x[cell]])
    if (inPolygon(ring, x, y)) cells.push(cell)
  }
  return cells
}
