// The queue of reports in the browser's own database: written before anything is sent, gone only when told so.
const NAME = "gisgrid-reports"
const STORE = "report"

const promise = (asked) =>
  new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })

let opened = null

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" })
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
  return opened
}

const store = async (mode) => (await database()).transaction(STORE, mode).objectStore(STORE)

export const put = async (report) => promise((await store("readwrite")).put(report))
export const remove = async (key) => promise((await store("readwrite")).delete(key))

/** Every report of an account, the newest first. */
export async function all(account) {
  const rows = await promise((await store("readonly")).getAll())
  return rows
    .filter((row) => row.account === account)
    .sort((a, b) => b.written_at.localeCompare(a.written_at))
}

/** A key that nobody else makes; works on plain http as well, where randomUUID is missing. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
}
