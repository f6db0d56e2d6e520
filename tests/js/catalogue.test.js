// Every key that a script or a template names has a sentence in both languages, with the same places for values.
import assert from "node:assert/strict"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import test from "node:test"

const ROOT = new URL("../..", import.meta.url).pathname
const KEY = /\bt\(\s*["'`]([a-z]+\.\w+)["'`]/g

const filesUnder = (folder, ending) =>
  readdirSync(join(ROOT, folder)).flatMap((name) => {
    const path = join(folder, name)
    if (name === "vendor") return []
    return statSync(join(ROOT, path)).isDirectory()
      ? filesUnder(path, ending)
      : path.endsWith(ending)
        ? [path]
        : []
  })

function catalogue(language) {
  const folder = join(ROOT, "gisgrid/locales", language)
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"))
  return Object.assign({}, ...files.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8"))))
}

const zh = catalogue("zh")
const en = catalogue("en")
/** A key that ends in "_" is completed by the program: one sentence that begins so will do. */
const isKnown = (key) => (key.endsWith("_") ? Object.keys(zh).some((one) => one.startsWith(key)) : key in zh)
const places = (sentence) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()

test("every sentence exists in both languages", () =>
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort()))

test("both languages have the same places for values", () => {
  const differing = Object.keys(zh).filter(
    (key) => en[key] && places(zh[key]).join() !== places(en[key]).join(),
  )
  assert.deepEqual(differing, [])
})

for (const file of [...filesUnder("web/static/js", ".js"), ...filesUnder("web/templates", ".html")]) {
  const missing = [...readFileSync(join(ROOT, file), "utf8").matchAll(KEY)]
    .map(([, key]) => key)
    .filter((key) => !isKnown(key))
  test(`${file} names only sentences that exist`, () => assert.deepEqual(missing, []))
}
