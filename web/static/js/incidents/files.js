// Incidents from files and into files: import tells its sums, export takes the filters along.
import { el, find } from "../dom.js"
import { t } from "../language.js"
import { message, sayError } from "../messages.js"
import { count } from "../number-format.js"
import { request } from "../request.js"

/** Bind the file field, where this role has one, and the links of the export. */
export function bindFiles(done, view) {
  const field = find("#import-file")
  field?.addEventListener("change", async () => {
    const [file] = field.files
    field.value = ""
    if (file) await send(file).then(done, (error) => sayError(error, { id: "import" }))
  })
  for (const link of document.querySelectorAll("#export-menu a"))
    link.addEventListener(
      "click",
      () => (link.href = `/api/incidents/export.${link.dataset.format}?${query(view)}`),
    )
}

function query({ block, wanted }) {
  const asked = new URLSearchParams()
  if (!block) return asked
  asked.set("from", new Date(wanted.from * 1000).toISOString())
  asked.set("to", new Date(wanted.to * 1000).toISOString())
  if (wanted.category >= 0) asked.set("category", block.categories[wanted.category].key)
  if (wanted.level >= 0) asked.set("level", wanted.level)
  if (wanted.state !== "all") asked.set("state", wanted.state)
  if (!wanted.channels.every(Boolean))
    asked.set("channels", block.channels.filter((_, c) => wanted.channels[c]).join(","))
  return asked
}

async function send(file) {
  const form = new FormData()
  form.append("file", file)
  const sums = await request("/api/incidents/import", { method: "POST", body: form })
  const names = ["read", "stored", "updated", "located", "rejected"]
  const numbers = Object.fromEntries(names.map((name) => [name, count(sums[name])]))
  const text = t("incidents.imported", { file: file.name, ...numbers })
  const bar = message({ id: "import", tone: "calm", text })
  const why = sums.rejects
    .slice(0, 3)
    .map(({ line, reason }) => t("incidents.rejected_line", { line, reason: t(`reject.${reason}`) }))
  if (why.length) bar.children[1].append(el("small", {}, ` ${why.join(" · ")}`))
}
