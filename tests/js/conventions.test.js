// Promises of the front end: small files, no text as HTML, no other host.
import assert from "node:assert/strict"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import test from "node:test"

const STATIC = new URL("../../web/static/", import.meta.url).pathname
const LONGEST = 200
const FORBIDDEN = [
  /\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write/,
  /\beval\(|new Function\(/,
  /https?:\/\/(?!www\.w3\.org)/,
]

const scripts = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? scripts(path) : name.endsWith(".js") ? [path] : []
  })

for (const path of scripts(join(STATIC, "js"))) {
  const text = readFileSync(path, "utf8")
  const name = path.slice(STATIC.length)
  test(`${name} has at most ${LONGEST} lines`, () => assert.ok(text.split("\n").length <= LONGEST + 1))
  test(`${name} writes text as text and asks no other host`, () => {
    for (const pattern of FORBIDDEN) assert.doesNotMatch(text, pattern)
  })
}
