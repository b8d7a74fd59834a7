import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { settings } from '@periplus/cluster'
import { parse } from 'yaml'

const root = fileURLToPath(new URL('../..', import.meta.url))
const recipe = readFileSync(join(root, 'deploy/oci/Containerfile'), 'utf8').replaceAll('\\\n', ' ')
const known: ReadonlySet<string> = new Set(Object.values(settings).map(({ name }) => name))

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly build: { readonly context: string; readonly dockerfile: string }
        readonly environment: Readonly<Record<string, string>>
        readonly volumes: readonly string[]
      }
    >
  >
  readonly volumes: Readonly<Record<string, unknown>>
}

describe('the recipe of an image, and the compose file', () => {
  it('copies what the checkout has, or its build makes', () => {
    const copied = [...recipe.matchAll(/^COPY --from=build (.*) \S+$/gm)].flatMap(([, from = '']) => from.split(' '))
    const ofCheckout = copied.filter(path => path.startsWith('/opt/periplus/'))
    assert.ok(ofCheckout.length >= 6)
    for (const path of ofCheckout)
      assert.ok(path.endsWith('/dist') || existsSync(join(root, path.slice('/opt/periplus/'.length))), path)
  })

  it('sets what can be set, and keeps what lasts', () => {
    const [, environment = ''] = /^ENV (.*)$/m.exec(recipe) ?? []
    for (const pair of environment.split(' ')) assert.ok(known.has(pair.split('=', 1).join()), pair)
    const compose = parse(readFileSync(join(root, 'deploy/compose.yaml'), 'utf8')) as Compose
    for (const { build, environment: set, volumes } of Object.values(compose.services)) {
      const context = resolve(root, 'deploy', build.context)
      assert.equal(join(context, '/'), root)
      assert.ok(existsSync(join(context, build.dockerfile)))
      for (const name of Object.keys(set)) assert.ok(known.has(name), name)
      assert.equal(set['PERIPLUS_HOME'], /^VOLUME (.*)$/m.exec(recipe)?.[1])
      for (const volume of volumes) assert.ok((volume.split(':')[0] ?? '') in compose.volumes)
    }
  })
})
