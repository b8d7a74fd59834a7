import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { isCritical } from '../../src/admission/critical.ts'
import { podOfManifest } from '../../src/static/manifest.ts'
import { containersOf, isReady, remove } from './doing.ts'
import { nodeName, origin, world } from './world.ts'
import type { World } from './world.ts'

const manifest = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: ${image}\n`
const name = `web-${nodeName}`

describe('static pods', () => {
  let directory: string
  let w: World
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'pp-manifests-'))
    writeFileSync(join(directory, 'web.yaml'), manifest('nginx:1'))
    w = await world({ agent: { manifestDirectory: directory } })
    await until(() => isReady(w, name))
  })
  afterEach(async () => {
    await w.close()
    rmSync(directory, { recursive: true })
  })

  /** Files are read at their own pace, on no clock of the test's. */
  const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await holds())) await w.settle()
  }
  const running = async (): Promise<readonly string[]> =>
    (await containersOf(w)).filter(({ state }) => state === 'running').map(({ id }) => id)

  it('run, and are shown by an object of the node', async () => {
    const mirror = w.pod(name)
    const hash = mirror?.metadata?.annotations?.['kubernetes.io/config.hash']
    assert.deepEqual(mirror?.metadata?.annotations, {
      'kubernetes.io/config.source': 'file',
      'kubernetes.io/config.hash': hash,
      'kubernetes.io/config.mirror': hash,
    })
    assert.deepEqual(
      mirror?.metadata?.ownerReferences?.map(({ kind, name: owner, controller }) => [kind, owner, controller]),
      [['Node', nodeName, true]],
    )
    assert.notEqual(mirror?.metadata?.uid, hash)
    assert.equal((await running()).length, 1)
  })

  it('are not deleted with what shows them, which is made anew', async () => {
    const [before] = await containersOf(w)
    const { uid } = w.pod(name)?.metadata ?? {}
    await remove(w, name)
    await until(() => isReady(w, name) && w.pod(name)?.metadata?.uid !== uid)
    assert.deepEqual(
      (await containersOf(w)).map(({ id }) => id),
      [before?.id],
    )
  })

  it('are replaced when their file changes, one after the other, and survive one that is broken', async () => {
    const before = await running()
    writeFileSync(join(directory, 'web.yaml'), 'kind: Pod\nspec: [')
    await w.pass(25)
    assert.deepEqual(await running(), before)
    writeFileSync(join(directory, 'web.yaml'), manifest('nginx:2'))
    await until(async () => {
      await w.pass(1)
      assert.ok((await running()).length < 2, 'never two at once')
      return w.pod(name)?.spec?.containers[0]?.image === 'nginx:2' && isReady(w, name)
    })
    assert.equal((await running()).length, 1)
    assert.notDeepEqual(await running(), before)
  })

  it('end with their file, and so does what shows them', async () => {
    rmSync(join(directory, 'web.yaml'))
    await until(async () => {
      await w.pass(1)
      return w.pod(name) === undefined
    })
    assert.deepEqual(await containersOf(w), [])
  })

  it('are found again by the next agent', async () => {
    const [before] = await containersOf(w)
    await w.restartAgent()
    await until(() => isReady(w, name))
    assert.deepEqual(
      (await containersOf(w)).map(({ id }) => id),
      [before?.id],
    )
  })

  it('keep no process that has stopped its agent', async () => {
    await w.agent.stop()
    assert.equal(w.clock.next(), undefined)
  })

  it('leave nothing where their file went while no agent looked, and what shows nothing goes', async () => {
    await w.agent.stop()
    rmSync(join(directory, 'web.yaml'))
    await w.restartAgent()
    await until(async () => {
      await w.pass(1)
      return w.pod(name) === undefined && (await containersOf(w)).length === 0
    })
  })

  it('are no concern of pods that only say that they are such', async () => {
    const annotations = { 'kubernetes.io/config.source': 'file' }
    const object: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'other', namespace: 'default', annotations },
      spec: { nodeName, containers: [{ name: 'c', image: 'i' }] },
    }
    const made = await w.commands.execute({ verb: 'create', kind: Pod, object }, origin)
    assert.ok(E.isRight(made))
    await until(() => isReady(w, 'other'))
    assert.deepEqual([isCritical(w.pod('other') ?? object), isCritical(object)], [false, true])
    await remove(w, 'other')
    await until(async () => {
      await w.pass(1)
      return w.pod('other') === undefined
    })
  })
})

describe('a manifest', () => {
  const refusal = (text: string): string => {
    const read = podOfManifest(text, '/m', nodeName)
    return E.isLeft(read) ? read.left : 'taken'
  }

  it('is refused in words where it is no pod', () => {
    assert.match(refusal('a: ['), /flow sequence/i)
    assert.match(refusal('kind: Service\napiVersion: v1'), /Service in version "v1" cannot be handled as a Pod/)
    assert.match(refusal('kind: Pod\napiVersion: v1\nspec: {contaners: []}'), /unknown field "spec.contaners"/)
    assert.match(
      refusal('kind: Pod\napiVersion: v1\nmetadata: {name: a}\nspec: {containers: []}'),
      /spec.containers: Required value/,
    )
    assert.equal(refusal(manifest('nginx:1')), 'taken')
  })
})
