// Sends the edits of a plan one after another. Nothing is lost when the server is away: the queue waits and tries again.
// A change is {url, body, moves?}; the queue adds base_version and an idempotency key, and keeps the order.
import { Unreachable } from "../request.js"

const FIRST_WAIT_S = 2
const LONGEST_WAIT_S = 30

/**
 * `send(url, body, headers)` is request.post; `on` holds added(), saved(change, answer), waiting(n, seconds),
 * refused(error, change), and passes(error, change): true lets one refused change go and sends the next.
 */
export function saveQueue({ send, version, on, later = setTimeout, newKey = () => crypto.randomUUID() }) {
  const queue = { version, changes: [], isSending: false, isStopped: false, wait: FIRST_WAIT_S }
  let waiting = []

  function add(change) {
    queue.changes.push({ ...change, key: newKey() })
    on.added?.()
    void next()
  }

  async function next() {
    if (queue.isSending || queue.isStopped || !queue.changes.length) return
    queue.isSending = true
    const change = queue.changes[0]
    try {
      accept(
        change,
        await send(
          change.url,
          { ...change.body, base_version: queue.version },
          { "Idempotency-Key": change.key },
        ),
      )
    } catch (error) {
      refuse(error, change)
    }
    queue.isSending = false
    if (!queue.isStopped) void next()
  }

  function accept(change, answer) {
    queue.version = answer.version
    queue.wait = FIRST_WAIT_S
    queue.changes.shift()
    on.saved(change, answer)
    tellIdle()
  }

  function refuse(error, change) {
    if (!(error instanceof Unreachable) && on.passes?.(error, change)) {
      queue.changes.shift()
      return tellIdle()
    }
    queue.isStopped = true
    if (!(error instanceof Unreachable)) return on.refused(error, change)
    on.waiting(queue.changes.length, queue.wait)
    later(resume, queue.wait * 1000)
    queue.wait = Math.min(LONGEST_WAIT_S, queue.wait * 2)
    return undefined
  }

  function tellIdle() {
    if (queue.changes.length) return
    for (const resolve of waiting) resolve()
    waiting = []
  }

  /** A promise that is kept when everything is saved (or given up by a restart). */
  function idle() {
    return new Promise((resolve) => {
      waiting.push(resolve)
      tellIdle()
    })
  }

  function resume() {
    if (!queue.isStopped) return
    queue.isStopped = false
    void next()
  }

  /** Forget what was not saved; the server's version counts from now on. */
  function restart(newVersion) {
    Object.assign(queue, { version: newVersion, changes: [], isStopped: false, wait: FIRST_WAIT_S })
    tellIdle()
  }

  /** The server's version counts from now on, while nothing waits to be sent. */
  function follow(newVersion) {
    if (!queue.changes.length) queue.version = newVersion
  }

  return {
    add,
    follow,
    resume,
    restart,
    idle,
    get version() {
      return queue.version
    },
    /** How many of the changes that wait move cells. */
    get gestures() {
      return queue.changes.filter((change) => change.moves).length
    },
    get length() {
      return queue.changes.length
    },
  }
}
