// A list of incidents from a file: every row is stored or listed, and the sums are told.
import { el, find } from "../dom.js"
import { t } from "../language.js"
import { message, sayError } from "../messages.js"
import { count } from "../number-format.js"
import { request } from "../request.js"

/** Bind the file field, where this role has one; `done` is called when rows were stored. */
export function bindImport(done) {
  const field = find("#import-file")
  field?.addEventListener("change", async () => {
    const [file] = field.files
    field.value = ""
    if (file) await send(file).then(done, (error) => sayError(error, { id: "import" }))
  })
}

async function send(file) {
  const form = new FormData()
  form.append("file", file)
  const sums = await request("/api/incidents/import", { method: "POST", body: form })
  const numbers = ["read", "stored", "updated", "located", "rejected"].map((name) => [
    name,
    count(sums[name]),
  ])
  const bar = message({
    id: "import",
    tone: "calm",
    text: t("incidents.imported", { file: file.name, ...Object.fromEntries(numbers) }),
  })
  const why = sums.rejects
    .slice(0, 3)
    .map(({ line, reason }) => t("incidents.rejected_line", { line, reason: t(`reject.${reason}`) }))
  if (why.length) bar.children[1].append(el("small", {}, ` ${why.join(" · ")}`))
}
