// Looking closer: a click on a service shows its circle, a click on a building its nearest services and the walk.
import { find } from "../dom.js"
import { openDrawer } from "../drawer.js"
import { language, t } from "../language.js"
import { count } from "../number-format.js"
import { request } from "../request.js"
import { drawBuilding, drawCircle } from "./cards.js"
import { choice } from "./choice.js"

const walk = () => new URLSearchParams({ minutes: choice.minutes, speed: choice.speed })

export class Looking {
  constructor({ layers, walks, trial, failed, modes }) {
    Object.assign(this, { layers, walks, trial, failed })
    this.service = null
    this.building = null
    layers.services?.on("select", ({ id }) => modes.current.pick?.(id) || this.#openService(modes, id))
    layers.coverage?.on("building", ({ id, latlng }) => {
      if (modes.current.click?.(latlng)) return
      if (id === null) this.closeBuilding()
      else this.#openBuilding(modes, id)
    })
    find("#straight").addEventListener("change", () => this.service && this.showService(this.service))
  }

  /** Ask again what is looked at: minutes or speed have changed. */
  refresh() {
    if (this.service) this.showService(this.service)
    if (this.building) this.showBuilding(this.building.building.id)
  }

  #openService(modes, id) {
    modes.open("coverage")
    return this.showService(id)
  }

  #openBuilding(modes, id) {
    modes.open("coverage")
    return this.showBuilding(id)
  }

  async showService(id) {
    this.service = id
    const circle = await request(`/api/services/${id}/circle?${walk()}`).catch(this.failed)
    if (!circle || this.service !== id) return
    const captions = Object.fromEntries(circle.minutes.map((n) => [n, t("coverage.n_minutes", { n })]))
    const straight = find("#straight").checked && {
      caption: t("coverage.straight_m", { m: count(circle.straight_radius_m) }),
    }
    this.layers.services.showCircle(circle, { straight, captions })
    this.circle = circle
    this.drawService()
    openDrawer()
  }

  drawService() {
    if (!this.circle) return
    const { id, lat, lon } = this.circle.service
    drawCircle(this.circle, {
      minutes: choice.minutes,
      closed: this.trial.closed.has(id),
      moving: this.trial.isMoving(id),
      onClose: () => this.closeService(),
      onTry: () => {
        this.trial.toggle(id)
        this.drawService()
      },
      onMove: () => {
        this.trial.moving(id, { lat, lng: lon })
        this.drawService()
      },
    })
  }

  closeService() {
    this.service = this.circle = null
    find("#circle").hidden = true
    this.layers.services.clearCircle()
  }

  async showBuilding(id) {
    const answer = await request(`/api/reach/${id}?speed=${choice.speed}`).catch(this.failed)
    if (!answer) return
    this.building = answer
    this.layers.coverage.choose(id)
    const own = answer.services.find(({ kind }) => kind === choice.kind) ?? answer.services[0]
    openDrawer()
    await this.choose(own)
  }

  /** Draw the walk to one of the nearest services. */
  async choose(service) {
    const { building } = this.building
    drawBuilding(this.building, {
      chosen: service?.id,
      choose: (one) => this.choose(one),
      onClose: () => this.closeBuilding(),
    })
    if (!service) return this.walks.clear()
    const feature = await request(`/api/reach/${building.id}/${service.id}`).catch(this.failed)
    if (!feature || this.building?.building.id !== building.id) return undefined
    const caption = `${service[language]} ${count(feature.properties.metres)} m · ${t("coverage.n_minutes", { n: count(service.minutes, 1) })}`
    return this.walks.show(feature, caption)
  }

  closeBuilding() {
    this.building = null
    find("#building").hidden = true
    this.layers.coverage.choose(null)
    this.walks.clear()
  }
}
