// Copies or bundles the front-end libraries of package.json into web/static/vendor (ignored by git).
// Run by script/bootstrap after `npm ci`; the browser then needs no other host.
import { build } from "esbuild"
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, "node_modules")
const vendor = join(root, "web/static/vendor")

const MODULES = {
  "vector-tile.js": `export { VectorTile } from "@mapbox/vector-tile"; export { PbfReader } from "pbf"`,
  "supercluster.js": `export { default as Supercluster } from "supercluster"`,
}
const LICENSED = ["leaflet", "@mapbox/vector-tile", "@mapbox/point-geometry", "pbf", "supercluster", "kdbush"]

async function copyLeaflet() {
  const dist = join(modules, "leaflet/dist")
  await mkdir(join(vendor, "leaflet"), { recursive: true })
  await cp(join(dist, "leaflet.js"), join(vendor, "leaflet/leaflet.js"))
  await cp(join(dist, "leaflet.css"), join(vendor, "leaflet/leaflet.css"))
  await cp(join(dist, "images"), join(vendor, "leaflet/images"), { recursive: true })
}

function bundle([name, contents]) {
  return build({
    stdin: { contents, resolveDir: root },
    outfile: join(vendor, name),
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "inline",
    logLevel: "warning",
  })
}

async function notice(name) {
  const { version } = JSON.parse(await readFile(join(modules, name, "package.json"), "utf8"))
  const licence = await readFile(join(modules, name, "LICENSE"), "utf8").catch(() => "")
  return `${name} ${version}\n\n${licence.trim()}\n`
}

await rm(vendor, { recursive: true, force: true })
await copyLeaflet()
await Promise.all(Object.entries(MODULES).map(bundle))
const notices = await Promise.all(LICENSED.map(notice))
await writeFile(join(vendor, "NOTICE.txt"), notices.join(`\n${"-".repeat(60)}\n\n`))
