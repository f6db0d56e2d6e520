// The time slider: a histogram of the incidents that the other filters let through, and two handles.
import { find } from "../dom.js"
import { t } from "../language.js"
import { count, day } from "../number-format.js"
import { BINS } from "./sieve.js"

const STEPS = BINS
const WEEK_BINS = 7
const FRAME_MS = 350

export class TimeSlider {
  /** `changed(from, to)` is called in seconds; `to` is excluded. */
  constructor(holder, changed) {
    this.changed = changed
    this.canvas = find("canvas", holder)
    ;[this.low, this.high] = holder.querySelectorAll("input[type=range]")
    for (const handle of [this.low, this.high]) {
      Object.assign(handle, { min: 0, max: STEPS, step: 1 })
      handle.addEventListener("input", () => this.#moved(handle))
    }
    this.label = find("output", holder)
    this.reset = find("#time-reset")
    this.reset.addEventListener("click", () => this.#set(0, STEPS))
    this.play = find("#time-play")
    this.play.addEventListener("click", () => this.#toggle())
    this.canvas.addEventListener("click", ({ offsetX }) => this.#press(offsetX))
    new ResizeObserver(() => this.bins && this.draw(this.bins, this.wanted)).observe(this.canvas)
  }

  setSpan(span) {
    this.span = span
    this.low.value = 0
    this.high.value = STEPS
  }

  #at(step) {
    return this.span[0] + Math.round((step / STEPS) * (this.span[1] - this.span[0]))
  }

  #moved(handle) {
    const [low, high] = [Number(this.low.value), Number(this.high.value)]
    if (low >= high) handle.value = handle === this.low ? high - 1 : low + 1
    this.#tell()
  }

  #tell() {
    const high = Number(this.high.value)
    this.changed(this.#at(Number(this.low.value)), high === STEPS ? this.span[1] + 1 : this.#at(high))
  }

  #set(low, high) {
    this.low.value = low
    this.high.value = high
    this.#tell()
  }

  /** A bar opens its own list. */
  #press(x) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor((x / this.canvas.clientWidth) * BINS)))
    this.#set(bin, bin + 1)
  }

  /** Let a window run through the time; pressed again, it stands still. */
  #toggle() {
    if (this.running) return this.#stop()
    const width = Math.min(Number(this.high.value) - Number(this.low.value), STEPS - 1) % STEPS
    const size = width >= STEPS - 1 ? WEEK_BINS : width
    let low = Number(this.high.value) >= STEPS ? 0 : Number(this.low.value)
    this.play.setAttribute("aria-pressed", "true")
    this.running = setInterval(() => {
      this.#set(low, Math.min(STEPS, low + size))
      if (low + size >= STEPS) this.#stop()
      low += Math.max(1, Math.floor(size / 3))
    }, FRAME_MS)
    return null
  }

  #stop() {
    clearInterval(this.running)
    this.running = null
    this.play.setAttribute("aria-pressed", "false")
  }

  draw(bins, wanted) {
    Object.assign(this, { bins, wanted })
    const { canvas } = this
    const ratio = window.devicePixelRatio || 1
    const [width, height] = [canvas.clientWidth, canvas.clientHeight]
    canvas.width = width * ratio
    canvas.height = height * ratio
    const g = canvas.getContext("2d")
    g.scale(ratio, ratio)
    const most = Math.max(1, ...bins)
    const wide = width / BINS
    bins.forEach((n, b) => {
      const isIn = this.#at(b + 1) > wanted.from && this.#at(b) < wanted.to
      const tall = n ? Math.max(2, (n / most) * (height - 2)) : 0
      g.fillStyle = isIn ? "#0f5c78" : "#c8d0d7"
      g.fillRect(b * wide + 0.5, height - tall, Math.max(1, wide - 1), tall)
    })
    this.#write(bins, wanted)
  }

  #write(bins, wanted) {
    const some = bins.reduce(
      (sum, n, b) => sum + (this.#at(b) >= wanted.from && this.#at(b) < wanted.to ? n : 0),
      0,
    )
    const days = [day(wanted.from * 1000), day((Math.min(wanted.to, this.span[1]) - 1) * 1000)]
    this.label.textContent = t("incidents.time_line", { from: days[0], to: days[1], n: count(some) })
    this.reset.hidden = Number(this.low.value) === 0 && Number(this.high.value) === STEPS
  }
}
