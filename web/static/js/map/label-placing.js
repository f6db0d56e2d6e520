// Which labels find room: boxes [left, top, right, bottom] in screen pixels, first come, first served.
import { boxesMeet } from "../geometry.js"

/** Ground already taken by labels. */
export function takenGround() {
  const taken = []
  return {
    isFree: (boxes) => boxes.every((box) => taken.every((other) => !boxesMeet(box, other))),
    take: (boxes) => taken.push(...boxes),
  }
}

export const boxAround = (x, y, width, height, margin = 2) => [
  x - width / 2 - margin,
  y - height / 2 - margin,
  x + width / 2 + margin,
  y + height / 2 + margin,
]

/** Boxes along a slanted text of `length`, one a step of its height. */
export function boxesAlong(x, y, length, height, angle) {
  const steps = Math.max(1, Math.round(length / height))
  const boxes = []
  for (let i = 0; i < steps; i++) {
    const along = ((i + 0.5) / steps - 0.5) * length
    boxes.push(boxAround(x + Math.cos(angle) * along, y + Math.sin(angle) * along, height, height, 1))
  }
  return boxes
}

const SIXTY_DEGREES = Math.PI / 3

/** How a street's name is set: the angle that reads from left to right, or upright characters one below the other. */
export function streetSetting(angle, isChinese) {
  let upright = angle
  while (upright > Math.PI / 2) upright -= Math.PI
  while (upright <= -Math.PI / 2) upright += Math.PI
  const isSteep = Math.abs(upright) > SIXTY_DEGREES
  return isSteep && isChinese ? { stacked: true, angle: Math.PI / 2 } : { stacked: false, angle: upright }
}
