// Service circles: choose a kind, minutes and speed; see who is reached along the streets, who is not, what if.
import { ready } from "/map/coverage.js"
import { find } from "../dom.js"
import { openDrawer } from "../drawer.js"
import { language, t } from "../language.js"
import { fit } from "../map/map-buttons.js"
import { startMapPage } from "../map/page-map.js"
import { TrialLayer } from "../map/trial-layer.js"
import { WalkLayer } from "../map/walk-layer.js"
import { EditLayer } from "../map/edit-layer.js"
import { sayError } from "../messages.js"
import { request } from "../request.js"
import { busy } from "./busy.js"
import { asked, bindChoice, choice, fillKinds } from "./choice.js"
import { EditPoints } from "./edit-points.js"
import { bindExport } from "./export.js"
import { drawEmpty, drawHeadline, drawSource } from "./headline.js"
import { Kinds } from "./kinds.js"
import { drawLegend, drawOwnLegend } from "./legend.js"
import { drawLevel } from "./levels.js"
import { Looking } from "./looking.js"
import { watchMeasured } from "./measured.js"
import { Modes } from "./modes.js"
import { drawOffStreet } from "./off-street.js"
import { coverageView } from "./share-view.js"
import { boxRound, parentsOf } from "./shares.js"
import { plans } from "./plans.js"
import { Sites } from "./sites.js"
import { Trial } from "./trial.js"

const CALM = { isCalm: true, selected: null, isOut: () => false }
const { map, layers } = await ready
const district = await startMapPage(map, layers)
let kinds = await request("/api/services/kinds")
const parents = parentsOf(district.grids, district.units)
const walks = new WalkLayer().addTo(map)
const trials = new TrialLayer({ label: (n) => t("coverage.trial_n", { n }) }).addTo(map)
const failed = (error) => void sayError(error, { retry: update })
const kindOf = (key) => kinds.find((kind) => kind.key === key)
let latest = 0
let answer = null
let services = null

const trial = new Trial({
  ask: asked,
  layer: trials,
  failed,
  changed: (change) => {
    layers.coverage?.showChange(change)
    find("#legend").classList.toggle("with-change", change !== null)
  },
  nameOf: (id) => services?.name[services.id.indexOf(id)] || t("coverage.unnamed"),
})
const editing = {
  map,
  layer: new EditLayer().addTo(map),
  kinds: () => kinds,
  services: () => services,
  reload,
  failed,
}
const page = {
  ...editing,
  ...{ layers, district, parents, kindOf, zoomTo },
  draw: () => answer && draw(),
  lookAt: ({ x, y }) => map.setView([y, x], 18),
  chooseKind: reload,
  resume,
}
const modes = new Modes(
  {
    coverage: { enter: () => trial.refresh(), leave: closeAll },
    points: new EditPoints(editing, new Kinds(editing)),
    ...plans(page),
  },
  { opened: page.draw },
)
const looking = new Looking({ layers, walks, trial, failed, modes })
const sites = new Sites({ ask: asked, failed, place: (site) => dropAt({ lat: site.lat, lng: site.lon }) })

/** Fetch and draw everything for the choice; an answer that came too late is thrown away. */
async function update() {
  const turn = ++latest
  const found = await busy(
    Promise.all([
      request(`/api/coverage?${asked()}`),
      request(`/api/services?kind=${encodeURIComponent(choice.kind)}`),
    ]),
  )
  if (turn !== latest) return
  answer = found[0]
  services = found[1]
  layers.coverage?.show(answer.uncovered)
  layers.services?.show(services)
  layers.services?.mark(new Map(answer.open?.closed_ids.map((id) => [id, "closed"])))
  choice.open = answer.open
  draw()
  sites.clear()
  if (!trial.isEmpty) trial.refresh()
  looking.refresh()
  modes.changed()
  await showGround(turn)
}

/** The ground that is reached: drawn after the figures, which do not wait for it. */
async function showGround(turn) {
  if (choice.mode === "radius") return layers.coverage?.showRadius(services, answer.straight_radius_m)
  const ground = await request(`/api/coverage/ground?${asked()}`)
  if (turn !== latest) return null
  layers.coverage?.showGround(ground)
  return sites.suggest()
}

/** Draw what is known already: other levels and denominators need no question. */
function draw() {
  const kind = kindOf(choice.kind)
  const { paintOf, below, veil, legend } = modes.current.view?.() ?? coverageView(answer, parents)
  layers.district?.show({ ...CALM, paintOf })
  layers.coverage?.veil(...veil)
  district.label(below)
  drawHeadline(answer, choice, kind)
  drawLevel(answer, { level: choice.level, choice, zoomTo })
  if (legend) drawOwnLegend(legend)
  else drawLegend(choice, kind, district)
  drawSource(kind, answer)
}

function zoomTo(unit) {
  const grid = district.grids.find((row) => row.grid === unit.grid)
  if (unit.bounds) fit(map, unit.bounds)
  else if (grid) fit(map, boxRound(grid))
  if (innerWidth < 720) find("#app").classList.add("drawer-closed")
}

/** A trial point goes where it was asked for; the map follows when that is out of sight. */
function dropAt(latlng) {
  modes.open("coverage")
  trial.add(latlng)
  if (!map.getBounds().pad(-0.1).contains(latlng)) map.panTo(latlng)
  if (innerWidth >= 720) openDrawer()
}

/** Another task begins: what was looked at or tried out leaves the map, and comes back with this one. */
function closeAll() {
  trial.hide()
  looking.closeService()
  looking.closeBuilding()
}

/** Go on with the points of a scenario in the what-if. */
async function resume(kind, points) {
  modes.open("coverage")
  if (kind !== choice.kind) await reload(kind)
  trial.load(points)
}

/** Points or kinds were changed by hand: ask everything anew, about the kind that was changed. */
async function reload(kind = choice.kind) {
  kinds = await request("/api/services/kinds")
  const isOther = kind !== choice.kind
  choice.kind = kind
  fillKinds(kinds)
  await (isOther ? changed("kind") : update())
}

function changed(name) {
  if (["level", "count", "choropleth"].includes(name)) return answer && draw()
  if (name === "kind") {
    choice.minutes = kindOf(choice.kind)?.minutes ?? choice.minutes
    for (const button of find("#minutes").children)
      button.setAttribute("aria-pressed", String(Number(button.value) === choice.minutes))
    trial.clear()
    looking.closeService()
  }
  return update().catch(failed)
}

find("#drop-trial").addEventListener("click", () => dropAt(map.getCenter()))
if (innerWidth < 720 && district.bounds) fit(map, district.bounds) // the bar has taken its lines by now
bindExport(asked, district)
bindChoice(kinds, district.project.walk_kmh, changed)
modes.openAddressed()
if (choice.kind) await update().catch(failed)
else drawEmpty()
request("/api/coverage/off-street")
  .then((list) =>
    drawOffStreet(list, {
      kindName: (key) => kindOf(key)?.[language] ?? key,
      zoomTo: page.lookAt,
      totals: {
        points: kinds.reduce((sum, { points }) => sum + points, 0),
        buildings: district.totals.buildings,
      },
    }),
  )
  .catch(() => {})
watchMeasured(update).catch(() => {})
