import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import { createCommands } from '@periplus/commands'
import type { Command } from '@periplus/commands'
import { runEffect } from '@periplus/controller'
import type { RunningEffect } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import { Node, PersistentVolume } from '@periplus/kinds'
import { memoryEventLog } from '@periplus/log'
import { E, virtualClock } from '@periplus/prelude'
import type { VirtualClock } from '@periplus/prelude'
import { startLiveCut } from '@periplus/projection'
import type { LiveCut } from '@periplus/projection'
import { volumesInUse } from '../../src/volumes/in-use.ts'
import { localPathVolumes } from '../../src/volumes/local-path.ts'
import type { LocalPathVolumes } from '../../src/volumes/local-path.ts'

const origin = { actor: 'node:n1', component: 'test', causes: [], correlationId: 'test' } as const
const provisioner = 'periplus.io/local-path'
const name = 'pvc-1'

describe('directories that are volumes', () => {
  let root: string
  let clock: VirtualClock
  let cut: LiveCut
  let run: (command: Command) => Promise<void>
  let volumes: LocalPathVolumes
  let removal: RunningEffect
  let used = false
  let close: () => Promise<void>

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'periplus-local-'))
    clock = virtualClock(0)
    used = false
    const log = memoryEventLog()
    const running = await startLiveCut({ log })
    cut = running.cut
    const commands = createCommands({ cut, log, kindsAt, admission: [], clock })
    run = async command => {
      const done = await commands.execute(command, origin)
      if (E.isLeft(done)) throw new Error(JSON.stringify(done.left))
      await cut.reached(done.right.sequence)
    }
    await create(Node, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } })
    volumes = localPathVolumes({
      root,
      nodeName: 'n1',
      inUse: volumesInUse({ nodeName: 'n1', cut, commands, origin }),
      isUsed: () => used,
    })
    removal = runEffect(volumes.removal, { cut, clock, onBug: error => assert.fail(String(error)) })
    close = async () => {
      await removal.stop()
      await running.close()
      await rm(root, { recursive: true, force: true })
    }
  })
  afterEach(() => close())

  const create = <A extends KubernetesObject>(kind: Kind<A>, object: A): Promise<void> =>
    run({ verb: 'create', kind, object })
  const made = async (path = join(root, name), metadata: object = {}): Promise<Stored<PersistentVolume>> => {
    await create(PersistentVolume, {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: {
        name,
        annotations: { 'pv.kubernetes.io/provisioned-by': provisioner },
        finalizers: [provisioner],
        ...metadata,
      },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Delete',
        local: { path },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] }],
          },
        },
      },
    })
    const volume = cut.get(PersistentVolume, '', name)
    assert.ok(volume)
    return volume
  }
  const ref = { group: '', resource: 'persistentvolumes', namespace: '', name }
  const remove = (): Promise<void> => run({ verb: 'delete', kind: PersistentVolume, ref, options: {} })
  const told = (): readonly string[] => cut.get(Node, '', 'n1')?.status?.volumesInUse ?? []

  it('are made before a pod sees them, for everybody to write to, and told of', async () => {
    const volume = await made()
    assert.deepEqual(await volumes.ensure(volume), E.right(undefined))
    assert.equal((await stat(join(root, name))).mode & 0o7777, 0o777)
    assert.deepEqual(told(), [`${provisioner}/${name}`])
    await writeFile(join(root, name, 'data'), 'x')
    assert.deepEqual(await volumes.ensure(volume), E.right(undefined))
    assert.deepEqual(await readdir(join(root, name)), ['data'])
  })

  it('are made once, however many ask at once', async () => {
    const volume = await made()
    const answers = await Promise.all([1, 2, 3].map(async () => volumes.ensure(volume)))
    assert.deepEqual(answers, [E.right(undefined), E.right(undefined), E.right(undefined)])
    assert.deepEqual(told(), [`${provisioner}/${name}`])
  })

  it('are not made anew where they were lost', async () => {
    const volume = await made()
    await volumes.ensure(volume)
    await rm(join(root, name), { recursive: true })
    assert.deepEqual(
      await volumes.ensure(volume),
      E.left(`the directory ${join(root, name)} is gone from this node, and its data is lost`),
    )
  })

  it('are told of again where the node was registered anew', async () => {
    const volume = await made()
    await mkdir(join(root, name))
    assert.deepEqual(await volumes.ensure(volume), E.right(undefined))
    assert.deepEqual(told(), [`${provisioner}/${name}`])
  })

  it('are of no other place, and of no other maker', async () => {
    assert.equal(volumes.ensure(await made(join(root, 'elsewhere'))), undefined)
    assert.equal(volumes.ensure(await made(join(root, name), { name: 'other' })), undefined)
  })

  it('are no links', async () => {
    const volume = await made()
    await symlink('/', join(root, name))
    assert.deepEqual(await volumes.ensure(volume), E.left(`${join(root, name)} is not a directory`))
  })

  it('are removed with all that is in them when their volumes are to go, and told of no more', async () => {
    await volumes.ensure(await made())
    await mkdir(join(root, name, 'deep'))
    await remove()
    await removal.settled()
    assert.deepEqual([await readdir(root), told()], [[], []])
  })

  it('stay while a pod of the node has them, or a claim, or for as long as the policy says', async () => {
    await volumes.ensure(await made())
    const status = { status: { phase: 'Bound' } }
    await run({
      verb: 'patch',
      kind: PersistentVolume,
      ref,
      subresource: 'status',
      patch: { type: 'merge', body: status },
    })
    await remove()
    await removal.settled()
    assert.deepEqual(await readdir(root), [name])

    used = true
    const released = { status: { phase: 'Released' } }
    await run({
      verb: 'patch',
      kind: PersistentVolume,
      ref,
      subresource: 'status',
      patch: { type: 'merge', body: released },
    })
    await removal.settled()
    assert.equal(removal.state.tag, 'Failing')
    assert.deepEqual(await readdir(root), [name])

    used = false
    clock.advance(60_000)
    await removal.settled()
    assert.deepEqual([await readdir(root), told()], [[], []])
  })
})
