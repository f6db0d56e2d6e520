// The page of reports: a place, a matter, photos; written into the queue first, then sent. Works without network.
import { ready } from "/map/report.js"
import { find } from "../dom.js"
import { t } from "../language.js"
import { startMapPage } from "../map/page-map.js"
import { sayError } from "../messages.js"
import { Refused, request } from "../request.js"
import { bindForm } from "./form.js"
import { bindPlace } from "./place.js"
import { bindPlacing } from "./placing.js"
import { drawQueue } from "./queue-view.js"
import { Queue } from "./queue.js"
import * as store from "./store.js"
import { startWorker } from "./offline.js"

const STOPS = ["low", "middle", "high"]
const { map, layers } = await ready
const district = await startMapPage(map, layers).catch((error) => (sayError(error), { bounds: null }))
const isWide = () => matchMedia("(min-width: 900px)").matches
if (!isWide() && map._loaded) map.panBy([0, map.getSize().y * 0.24], { animate: false })
const known = await request("/api/reports/form")
const place = bindPlace(map, { isWide })
const locating = new URLSearchParams(location.search).get("place")

const net = {
  /** A fresh form token first: what waited may be older than the session. */
  async begin() {
    const form = await request("/api/reports/form")
    if (form.account !== known.account) throw new Refused(401, { code: "signed_out" })
    find('meta[name="csrf-token"]').content = form.csrf
  },
  send: ({ body, key }) => request("/api/reports", { method: "POST", body: { ...body, key } }),
  sendPhoto(id, { blob }) {
    const form = new FormData()
    form.append("file", blob, "photo.jpg")
    return request(`/api/reports/${id}/photos`, { method: "POST", body: form })
  },
}

const queue = new Queue({ account: known.account, store, net, changed: () => drawQueue(queue) })

find("#handle").addEventListener("click", () => {
  const sheet = find("#sheet")
  sheet.dataset.stop = STOPS[(STOPS.indexOf(sheet.dataset.stop) + 1) % STOPS.length]
})
addEventListener("online", () => queue.flush())
document.addEventListener("visibilitychange", () => document.hidden || queue.flush())

if (locating) await bindPlacing(Number(locating), place).catch((error) => sayError(error))
else {
  bindForm({ known, place, queue, district })
  await queue.load()
  queue.flush()
}
startWorker()
find("#report-line").textContent = locating ? t("report.place_line") : t("report.line")
document.body.dataset.ready = "true"
