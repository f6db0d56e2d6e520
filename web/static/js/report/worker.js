// The service worker of the page of reports: what the page has shown once it shows without network as well.
// It answers for that page alone, keeps nothing but its own parts, and never a report: those lie in the queue.
const CACHE = "gisgrid-report-1"
const TILES = "gisgrid-report-tiles-1"
const MOST_TILES = 400
const PATIENCE_MS = 4000
const PARTS = [/^\/report$/, /^\/static\//, /^\/map\/report\.js$/, /^\/locale\//, /^\/api\/reports\/form$/]
const MORE_PARTS = [/^\/api\/district(\/grids)?$/]
const TILE = /^\/api\/tiles\//

self.addEventListener("install", () => self.skipWaiting())
self.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => self.clients.claim())))

/** The page tells which parts it has loaded before this worker was there. */
self.addEventListener("message", ({ data }) => {
  if (Array.isArray(data?.keep)) keep(data.keep)
})

self.addEventListener("fetch", (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== "GET" || url.origin !== self.location.origin) return
  if (TILE.test(url.pathname)) event.respondWith(tile(request))
  else if (isPart(url.pathname)) event.respondWith(part(event, request, url))
})

const isPart = (path) => [...PARTS, ...MORE_PARTS].some((pattern) => pattern.test(path))
const nameOf = (url) => (url.pathname === "/report" ? "/report" : url.pathname)

/** From the network where it answers in time, else as it was last. */
async function part(event, request, url) {
  const cache = await caches.open(CACHE)
  const fresh = fetch(request).then((answer) => {
    if (answer.ok && !answer.redirected) event.waitUntil(cache.put(nameOf(url), answer.clone()))
    return answer
  })
  const known = await cache.match(nameOf(url))
  if (!known) return fresh
  const late = new Promise((resolve) => setTimeout(() => resolve(known), PATIENCE_MS))
  return Promise.race([fresh.catch(() => known), late])
}

async function tile(request) {
  const cache = await caches.open(TILES)
  try {
    const answer = await fetch(request)
    if (answer.ok) await cache.put(request, answer.clone())
    return answer
  } catch (error) {
    const known = await cache.match(request)
    if (known) return known
    throw error
  }
}

async function keep(urls) {
  const cache = await caches.open(CACHE)
  const wanted = urls.map((text) => new URL(text)).filter(({ pathname }) => isPart(pathname))
  await Promise.allSettled(
    wanted.map(async (url) => {
      if (await cache.match(nameOf(url))) return
      const answer = await fetch(url)
      if (answer.ok && !answer.redirected) await cache.put(nameOf(url), answer)
    }),
  )
  for (const client of await self.clients.matchAll()) client.postMessage({ kept: wanted.length })
  const tiles = await caches.open(TILES)
  const held = await tiles.keys()
  await Promise.all(held.slice(0, Math.max(0, held.length - MOST_TILES)).map((old) => tiles.delete(old)))
}

async function tidy() {
  const names = await caches.keys()
  const old = names.filter((name) => name.startsWith("gisgrid-report-") && ![CACHE, TILES].includes(name))
  await Promise.all(old.map((name) => caches.delete(name)))
}
