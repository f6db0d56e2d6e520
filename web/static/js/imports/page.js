// A file on its way in: the preview of an upload (?file=), or what became of an import (?run=).
import { ready } from "/map/imports.js"
import { bindDrawer, openDrawer } from "../drawer.js"
import { startMapPage } from "../map/page-map.js"
import { sayError } from "../messages.js"
import { Drawn } from "./drawn.js"
import { lookAt } from "./look.js"
import { showRun } from "./run.js"

const asked = new URLSearchParams(location.search)
const { map, layers } = await ready
await startMapPage(map, layers).catch(() => {
  bindDrawer()
  map.setView([35, 105], 4)
})
openDrawer()
const drawn = new Drawn(map)
const work = asked.has("run")
  ? showRun(Number(asked.get("run")), drawn)
  : lookAt(asked.get("file") ?? "", drawn)
await work.catch((error) => sayError(error))
document.body.dataset.ready = "true"
