// The marks of incidents: shape says the channel, colour the deadline; a cluster is a ring of its channels.
import { svg } from "../dom.js"

/** Channels in the order of the legend and of the rings. */
export const CHANNELS = ["resident", "patrol", "scheduled", "platform"]

export const DEADLINE = { in_time: "#0f5c78", today: "#c58a1b", overdue: "#a92a1c", closed: "#5f6b7a" }
const RING = { resident: "#0f5c78", patrol: "#7d8fa3", scheduled: "#c5a25a", platform: "#5a6a3d" }

/** Shapes of equal area round (0, 0). */
const SHAPES = {
  resident: () => svg("circle", { r: 7.6 }),
  patrol: () => svg("rect", { x: -6.7, y: -6.7, width: 13.4, height: 13.4, rx: 1 }),
  scheduled: () => svg("path", { d: "M0-9.500 9.500 0 0 9.500-9.500 0z" }),
  platform: () => svg("path", { d: "M0-9.800 10.200 7.400-10.200 7.400z" }),
}

/** How an incident stands to its deadline: closed, overdue, due today, or in time. */
export function deadlineOf({ closed, overdue, dueAt }, now = new Date()) {
  if (closed) return "closed"
  if (overdue) return "overdue"
  return dueAt && new Date(dueAt).toDateString() === now.toDateString() ? "today" : "in_time"
}

/** The mark of one incident, 24 px square. */
export function mark(channel, deadline, size = 24) {
  const shape = (SHAPES[channel] ?? SHAPES.resident)()
  const hollow = deadline === "closed"
  shape.setAttribute("fill", hollow ? "#fff" : DEADLINE[deadline])
  shape.setAttribute("stroke", hollow ? DEADLINE.closed : "#fff")
  shape.setAttribute("stroke-width", hollow ? "1.6" : "2")
  const drawn = svg(
    "svg",
    { viewBox: "-12 -12 24 24", width: size, height: size, "aria-hidden": "true" },
    shape,
  )
  if (deadline === "overdue") drawn.append(clockNotch())
  return drawn
}

/** A small clock at the corner: overdue is not said by colour alone. */
const clockNotch = () =>
  svg(
    "g",
    { transform: "translate(7.500 -7.500)" },
    svg("circle", { r: 4.2, fill: "#fff", stroke: DEADLINE.overdue, "stroke-width": 1.2 }),
    svg("path", { d: "M0-2.300V0l1.700 1", fill: "none", stroke: DEADLINE.overdue, "stroke-width": 1.1 }),
  )

/** A cluster: its number inside a ring whose quarters are the shares of the channels. */
export function ring(counts, total, overdue, text) {
  const size = total < 10 ? 32 : total < 100 ? 38 : total < 1000 ? 44 : 52
  const radius = size / 2 - 4
  const around = 2 * Math.PI * radius
  const half = size / 2
  const drawn = svg("svg", {
    viewBox: `${-half} ${-half} ${size} ${size}`,
    width: size,
    height: size,
    "aria-hidden": "true",
  })
  drawn.append(svg("circle", { r: half - 1, fill: "#fff", stroke: "#dfe4e9" }))
  let begun = 0
  for (const channel of CHANNELS) {
    const share = (counts[channel] ?? 0) / total
    if (!share) continue
    drawn.append(
      svg("circle", {
        r: radius,
        fill: "none",
        stroke: RING[channel],
        "stroke-width": 5,
        "stroke-dasharray": `${share * around} ${around}`,
        "stroke-dashoffset": -begun * around,
        transform: "rotate(-90)",
      }),
    )
    begun += share
  }
  const label = svg("text", {
    y: 4,
    "text-anchor": "middle",
    "font-size": 12,
    "font-weight": 700,
    fill: overdue ? DEADLINE.overdue : "#1b2430",
  })
  label.textContent = text
  drawn.append(label)
  return { drawn, size }
}

export const ringColour = (channel) => RING[channel]
