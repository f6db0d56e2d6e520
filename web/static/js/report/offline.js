// The service worker of this page, where the browser has one (over HTTPS, or on this machine).

/** Register it, and tell it which parts the page has loaded already. */
export async function startWorker() {
  if (!("serviceWorker" in navigator)) return
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.kept) document.body.dataset.offline = "ready"
  })
  try {
    await navigator.serviceWorker.register("/report-worker.js", { scope: "/report" })
    const { active } = await navigator.serviceWorker.ready
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name)
    active.postMessage({ keep: [`${location.origin}/report`, ...new Set(loaded)] })
  } catch (error) {
    document.body.dataset.offline = "missing"
    console.info("no service worker:", error.message)
  }
}
