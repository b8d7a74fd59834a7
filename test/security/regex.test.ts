import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkSync } from 'recheck'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What reads text of the machine or of our own servers, none of it a client's or a pod's, may take its time. */
const readsOurOwn = new Map([
  ['libs/service/src/apt-complaints.ts', 'what apt says'],
  ['libs/service/src/local-servers/debian-packages.ts', "the machine's sources of packages"],
  ['libs/service/src/local-servers/nats-health.ts', 'the answer of NATS about itself'],
  ['libs/log/src/contract/junk.ts', 'subjects that a test writes'],
])

interface Expression {
  readonly source: string
  readonly flags: string
  readonly path: string
  /** Where it stands first. */
  readonly place: string
}

const sources = ['libs', 'services'].flatMap(top =>
  readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
    .filter(path => /^[^/]+\/src\/.*\.ts$/.test(path))
    .map(path => join(top, path)),
)

/** Every regular expression that is written in a source; those put together at run time are the business of other tests. */
const literals = (path: string): readonly Expression[] => {
  const file = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest)
  const found: Expression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/')
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file))
      found.push({
        source: node.text.slice(1, end),
        flags: node.text.slice(end + 1),
        path,
        place: `${path}:${line + 1}`,
      })
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

describe('regular expressions', function () {
  this.timeout(900_000)

  it('take time in proportion to what they read', () => {
    const all = new Map(
      sources.flatMap(literals).map(expression => [`${expression.flags}/${expression.source}`, expression]),
    )
    assert.ok(all.size > 100, `${all.size} found`)
    const slow = [...all.values()]
      .filter(({ path }) => !readsOurOwn.has(path))
      .flatMap(({ source, flags, place }) => {
        // Reckoned where that can be, and searched for an attack where the expression looks around.
        const found = checkSync(source, flags, { checker: 'auto', randomSeed: 1, timeout: 120_000 })
        if (found.status === 'safe') return []
        const why = found.status === 'vulnerable' ? found.complexity.summary : found.status
        return [`${place} /${source}/${flags}: ${why}`]
      })
    assert.deepEqual(slow, [])
  })
})
