import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { settings } from '@periplus/cluster'
import { parse } from 'yaml'

const root = fileURLToPath(new URL('../..', import.meta.url))
const known: ReadonlySet<string> = new Set(Object.values(settings).map(({ name }) => name))

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly environment: Readonly<Record<string, string>>; readonly volumes: readonly string[] }>
  >
  readonly volumes: Readonly<Record<string, unknown>>
}

describe('the compose file', () => {
  it('sets what can be set, and keeps what lasts', () => {
    const compose = parse(readFileSync(join(root, 'deploy/compose.yaml'), 'utf8')) as Compose
    for (const { environment, volumes } of Object.values(compose.services)) {
      for (const name of Object.keys(environment)) assert.ok(known.has(name), name)
      for (const volume of volumes) {
        const [name = '', place] = volume.split(':')
        assert.ok(name in compose.volumes)
        assert.equal(place, environment['PERIPLUS_HOME'])
      }
    }
  })
})
