// The tab of service points: added by a click on the map, moved by dragging, changed in a form, retired and restored.
import { find, show } from "../dom.js"
import { openDrawer } from "../drawer.js"
import { t } from "../language.js"
import { post } from "../request.js"
import { toast } from "../toast.js"
import { choice } from "./choice.js"
import { drawPointForm } from "./point-form.js"
import { PointLists } from "./point-lists.js"

const latlngOf = ({ lat, lon }) => ({ lat, lng: lon })

/** `page` is {map, layer, kinds(), services(), reload(kind), failed}. */
export class EditPoints {
  constructor(page, table) {
    this.page = page
    this.table = table
    this.point = null
    this.isAdding = false
    find("#point-add").addEventListener("click", () => this.setAdding(!this.isAdding))
    this.lists = new PointLists(page, {
      pick: (id) => this.pick(id),
      open: (point) => this.open(point),
      restore: (id) => this.restore(id),
    })
    page.layer.on("moved", ({ latlng }) => this.moved(latlng))
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.setAdding(false))
  }

  enter() {
    this.lists.draw()
    this.table.draw()
  }

  leave() {
    this.setAdding(false)
    this.close()
  }

  changed() {
    this.enter()
    if (this.point?.id && this.point.kind !== choice.kind) this.close()
  }

  setAdding(isAdding) {
    this.isAdding = isAdding
    find("#point-add").setAttribute("aria-pressed", String(isAdding))
    this.page.map.getContainer().classList.toggle("placing", isAdding)
    show(find("#point-hint"), t(isAdding ? "points.click_map" : "points.hint"))
    if (isAdding && innerWidth < 1200) find("#app").classList.add("drawer-closed")
    if (isAdding) toast(t("points.click_map"))
  }

  /** A click on the map: a new point where one is being added. */
  click(latlng) {
    if (this.isAdding) {
      this.setAdding(false)
      const place = { lat: latlng.lat, lon: latlng.lng }
      this.open({ ...place, name: "", kind: choice.kind || this.page.kinds()[0]?.key, opening_hours: "" })
    }
    return true
  }

  /** A click on a service: open it. */
  pick(id) {
    const services = this.page.services()
    const i = services.id.indexOf(id)
    if (i < 0) return false
    const names = ["id", "name", "kind", "lon", "lat", "opening_hours", "by_hand"]
    this.open(Object.fromEntries(names.map((name) => [name, services[name][i]])))
    return true
  }

  open(point, warnings = []) {
    this.point = point
    this.key = crypto.randomUUID()
    this.page.layer.show(latlngOf(point), point.name || t("coverage.unnamed"))
    const { name } = drawPointForm(find("#point-form"), point, {
      kinds: this.page.kinds(),
      warnings,
      save: (values) => this.save(values),
      retire: () => this.retire(point),
      close: () => this.close(),
    })
    openDrawer()
    find("#panel").scrollTop = 0
    if (!point.id) name.focus()
  }

  close() {
    this.point = null
    this.page.layer.clear()
    find("#point-form").hidden = true
  }

  /** A point that is stored moves at once, and back by "undo"; a new one waits for its form. */
  async moved(latlng) {
    const { point } = this
    if (!point) return
    const before = { lon: point.lon, lat: point.lat }
    Object.assign(point, { lon: latlng.lng, lat: latlng.lat })
    if (!point.id) return
    try {
      const answer = await post(`/api/services/${point.id}`, { lon: point.lon, lat: point.lat })
      await this.stored(answer, t("points.moved", { n: answer.walks }), () =>
        post(`/api/services/${point.id}`, before),
      )
    } catch (error) {
      Object.assign(point, before)
      this.page.layer.show(latlngOf(point), point.name)
      this.page.failed(error)
    }
  }

  async save(values) {
    const { point } = this
    const place = { lon: point.lon, lat: point.lat }
    if (!point.id) {
      const made = await post("/api/services", { ...values, ...place }, { "Idempotency-Key": this.key })
      const undo = () => post(`/api/services/${made.service.id}/retire`, {})
      return this.stored(made, t("points.added", { n: made.walks }), undo)
    }
    const answer = await post(`/api/services/${point.id}`, values)
    const { name, kind, opening_hours: hours } = answer.before
    const undo = () => post(`/api/services/${point.id}`, { name, kind, opening_hours: hours })
    return this.stored(answer, t("points.saved"), undo)
  }

  async retire(point) {
    const answer = await post(`/api/services/${point.id}/retire`, {})
    const undo = () => post(`/api/services/${point.id}/restore`, {})
    return this.stored(answer, t("points.retired", { n: answer.walks }), undo)
  }

  async restore(id) {
    const answer = await post(`/api/services/${id}/restore`, {})
    return this.stored(answer, t("points.restored", { n: answer.walks }), () =>
      post(`/api/services/${id}/retire`, {}),
    )
  }

  /** Draw everything anew after a change, offer to undo it. */
  async stored(answer, words, undo) {
    const { service, warnings } = answer
    if (service.retired) this.close()
    else this.open(service, warnings)
    toast(words, {
      label: t("points.undo"),
      run: () =>
        undo()
          .then(async (back) => {
            if (back.service.retired) this.close()
            else this.open(back.service, back.warnings)
            await this.page.reload(back.service.kind)
          })
          .catch(this.page.failed),
    })
    await this.page.reload(service.kind)
  }
}
