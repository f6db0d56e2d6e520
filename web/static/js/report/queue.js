// Sending what waits: one at a time, with the key it was written with, as often as it takes to hear an answer.
import { Refused, Unreachable } from "../request.js"

export const QUEUED = "queued"
export const SENDING = "sending"
export const SENT = "sent"
export const FAILED = "failed"
const KEPT_SENT = 10
const FIRST_WAIT_MS = 2000
const LONGEST_WAIT_MS = 120_000

/** How an error leaves a report: it waits for the network or a sign-in, or it needs a hand. */
export function stateAfter(error) {
  if (error instanceof Unreachable) return { state: QUEUED, why: "network" }
  if (!(error instanceof Refused)) return { state: FAILED, why: "unexpected" }
  if (error.status === 401) return { state: QUEUED, why: "signed_out" }
  if (error.status === 400 && error.code === "http_400") return { state: QUEUED, why: "network" } // an old form token
  if (error.status === 429 || error.status >= 500) return { state: QUEUED, why: "busy" }
  return { state: FAILED, why: "refused", message: error.message, code: error.code }
}

/** Wait longer after each try, and never all phones at once. */
export const waitAfter = (tries, chance = Math.random()) =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries, 8)) * (0.5 + chance / 2)

export class Queue {
  /** `store`: {all, put, remove}; `net`: {begin(), send(report), sendPhoto(id, photo)}; `changed()` after each change. */
  constructor({ account, store, net, changed }) {
    Object.assign(this, { account, store, net, changed })
    this.reports = []
    this.running = null
    this.tries = 0
  }

  async load() {
    this.reports = await this.store.all(this.account)
    for (const report of this.reports) if (report.state === SENDING) report.state = QUEUED
    this.changed()
  }

  waiting() {
    return this.reports.filter(({ state }) => state === QUEUED || state === SENDING)
  }

  async add(report) {
    this.reports.unshift({ ...report, account: this.account, state: QUEUED, tries: 0 })
    await this.#keep(this.reports[0])
    return this.flush()
  }

  async retry(key) {
    const report = this.reports.find((one) => one.key === key)
    report.state = QUEUED
    await this.#keep(report)
    return this.flush()
  }

  async discard(key) {
    this.reports = this.reports.filter((one) => one.key !== key)
    await this.store.remove(key)
    this.changed()
  }

  /** Send everything that waits, oldest first; calls while it runs join the one that runs. */
  flush() {
    this.running ??= this.#run().finally(() => (this.running = null))
    return this.running
  }

  async #run() {
    clearTimeout(this.later)
    const waiting = this.waiting().reverse()
    if (!waiting.length) return
    try {
      await this.net.begin()
    } catch (error) {
      for (const report of waiting) await this.#note(report, error)
      return this.#again(waiting)
    }
    for (const report of waiting) await this.#send(report)
    this.#again(this.waiting())
    await this.#forgetOld()
  }

  async #send(report) {
    report.state = SENDING
    report.tries += 1
    this.changed()
    try {
      report.result ??= await this.net.send(report)
      await this.#keep(report)
      await this.#sendPhotos(report)
      Object.assign(report, { state: SENT, why: null, sent_at: new Date().toISOString() })
    } catch (error) {
      return this.#note(report, error)
    }
    return this.#keep(report)
  }

  async #sendPhotos(report) {
    for (const photo of report.photos.filter(({ sent }) => !sent)) {
      try {
        await this.net.sendPhoto(report.result.id, photo)
        photo.sent = true
      } catch (error) {
        const after = stateAfter(error)
        if (after.state !== FAILED) throw error
        Object.assign(photo, { sent: true, refused: after.message }) // the report stands without it
      }
      await this.#keep(report)
    }
  }

  async #note(report, error) {
    Object.assign(report, stateAfter(error))
    await this.#keep(report)
  }

  #again(waiting) {
    this.tries = waiting.length ? this.tries + 1 : 0
    if (waiting.length) this.later = setTimeout(() => this.flush(), waitAfter(this.tries))
  }

  async #keep(report) {
    await this.store.put(report)
    this.changed()
  }

  async #forgetOld() {
    const sent = this.reports.filter(({ state }) => state === SENT)
    for (const { key } of sent.slice(KEPT_SENT)) await this.discard(key)
  }
}
