import assert from 'node:assert/strict'
import { lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Volume } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { writeAtomically } from '../../src/volumes/atomic-writer.ts'
import { volumeMounts } from '../../src/volumes/mounts.ts'

const files = (contents: Readonly<Record<string, string>>) =>
  new Map(Object.entries(contents).map(([path, text]) => [path, { data: Buffer.from(text), mode: 0o644 }]))

describe('mounts beneath a volume that the node writes', () => {
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'periplus-node-'))
    await mkdir(join(root, 'dashboards'))
    await writeFile(join(root, 'license'), 'l')
    await writeAtomically(join(root, 'config'), files({ 'grafana.ini': '1', 'conf/a': 'x' }), 0)
  })
  afterEach(() => rm(root, { recursive: true }))

  const volumes: readonly Volume[] = [
    { name: 'config', configMap: { name: 'config' } },
    { name: 'dashboards', emptyDir: {} },
    { name: 'license', hostPath: { path: '/license' } },
  ]
  const mounted = async (...mounts: readonly (readonly [name: string, path: string])[]): Promise<void> => {
    const container = { name: 'c', volumeMounts: mounts.map(([name, mountPath]) => ({ name, mountPath })) }
    const homes = new Map(volumes.map(({ name }) => [name, join(root, name)]))
    const places = { homes, placeOf: () => '', canRecurse: false }
    const made = await volumeMounts({ spec: { volumes, containers: [container] } }, container, places, new Map())
    assert.ok(E.isRight(made), JSON.stringify(made))
  }
  const shown = async (path = ''): Promise<readonly string[]> =>
    (await readdir(join(root, 'config', path))).filter(name => !name.startsWith('..')).sort()

  it('have a place there, a file for a file, whichever is named first', async () => {
    await mounted(['dashboards', '/etc/grafana/provisioning/dashboards/'], ['config', '/etc/grafana'])
    await mounted(['config', 'etc/grafana/'], ['license', '/etc/grafana/licenses/l.jwt'])
    assert.deepEqual(await shown(), ['conf', 'grafana.ini', 'licenses', 'provisioning'])
    assert.deepEqual(await shown('provisioning'), ['dashboards'])
    assert.ok((await lstat(join(root, 'config/licenses/l.jwt'))).isFile())
  })

  it('keep it when the volume changes', async () => {
    await mounted(['config', '/etc/grafana'], ['dashboards', '/etc/grafana/provisioning'])
    await writeAtomically(join(root, 'config'), files({ 'other.ini': '2' }), 1)
    assert.deepEqual(await shown(), ['other.ini', 'provisioning'])
    await writeAtomically(join(root, 'config'), files({ provisioning: 'p' }), 2)
    assert.deepEqual(await shown(), ['provisioning'])
    assert.ok((await lstat(join(root, 'config/provisioning'))).isDirectory())
  })

  it('have none outside of it, among its own names, or where another volume is between them', async () => {
    await mounted(['config', '/a'], ['dashboards', '/a/../b/c'], ['license', '/ab'])
    await mounted(['config', '/a'], ['dashboards', '/a/..data/x'], ['license', '/a/conf/b'])
    await mounted(['config', '/a'], ['dashboards', '/a/d'], ['license', '/a/d/e'])
    assert.deepEqual(await shown(), ['conf', 'd', 'grafana.ini'])
    assert.deepEqual([await shown('conf'), await shown('d')], [['a'], []])
    assert.deepEqual(await readdir(root), ['config', 'dashboards', 'license'])
  })
})
