import assert from 'node:assert/strict'
import { E, virtualClock } from '@periplus/prelude'
import type { Turn } from '@periplus/prelude'
import { kindsAt } from '@periplus/custom'
import { memoryEventLog } from '@periplus/log'
import { mutableCut } from '@periplus/projection'
import { builtInAdmission, createCommands } from '../src/index.ts'
import type { Command, Commands } from '../src/index.ts'
import { writePath } from '../src/stages/write-path.ts'
import { kindOf, object, origin, refOf } from './world.ts'

const maps = kindOf('', 'configmaps')
const named = (name: string) =>
  object({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } })
const namespace: Command = {
  verb: 'create',
  kind: kindOf('', 'namespaces'),
  object: object({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }),
}

const world = (turn?: Turn) => {
  const log = memoryEventLog()
  const cut = mutableCut()
  let ids = 0
  const commands: Commands = createCommands({
    ...{ cut, log, kindsAt, admission: builtInAdmission, clock: virtualClock(0), newId: () => `id-${++ids}` },
    ...(turn ? { turn } : {}),
  })
  const run = async (command: Command) => {
    const outcome = await commands.execute(command, origin)
    cut.apply(log.slice(cut.sequence + 1))
    return E.isRight(outcome) ? outcome.right.object : outcome.left
  }
  return { log, run }
}

/** A turn that is always over, and how often others had theirs. */
const impatient = (): Turn & { taken: number } => ({
  taken: 0,
  isOver: () => true,
  async next() {
    this.taken++
  },
})

describe('a command that takes more than a turn', () => {
  const create: Command = { verb: 'create', kind: maps, object: named('a') }
  const patch: Command = {
    verb: 'patch',
    kind: maps,
    ref: refOf('', 'configmaps', 'default', 'a'),
    patch: {
      type: 'json',
      strict: false,
      body: [
        { op: 'add', path: '/data', value: {} },
        ...Array.from({ length: 1_000 }, (_, at) => ({ op: 'add', path: `/data/k${at}`, value: 'v' })),
      ],
    },
  }

  it('lets others have theirs before each stage, and before what is written is written', async () => {
    const turn = impatient()
    const { run } = world(turn)
    await run(namespace)
    turn.taken = 0
    await run(create)
    assert.ok(turn.taken > writePath.length, `${turn.taken} turns for ${writePath.length} stages`)
  })

  it('does so between the operations of a long patch', async () => {
    const turn = impatient()
    const { run } = world(turn)
    await run(namespace)
    await run(create)
    turn.taken = 0
    await run(patch)
    assert.ok(turn.taken > 1_000, `${turn.taken} turns for 1,001 operations`)
  })

  it('does so while it is noted who owns thousands of fields, whoever writes or applies them', async () => {
    const turn = impatient()
    const { run } = world(turn)
    const data = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`k${at}`, 'v']))
    await run(namespace)
    turn.taken = 0
    await run({ ...create, object: object({ ...named('a'), data }) })
    assert.ok(turn.taken > 60, `${turn.taken} turns for the fields of a creation`)
    turn.taken = 0
    const { ref } = patch
    await run({
      ...{ verb: 'patch', kind: maps, ref, fieldManager: 'other' },
      patch: { type: 'apply', force: true, body: { ...named('a'), data } as Record<string, unknown> },
    })
    assert.ok(turn.taken > 60, `${turn.taken} turns for the fields of a configuration`)
  })

  it('does so while a definition’s schemas are looked through, and objects are held against them', async () => {
    const turn = impatient()
    const { run } = world(turn)
    const properties = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`p${at}`, { type: 'string' }]))
    const spec = {
      ...{ group: 'example.com', scope: 'Namespaced', names: { plural: 'wides', kind: 'Wide' } },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties } } },
      ],
    }
    const definition = {
      ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
      ...{ metadata: { name: 'wides.example.com' }, spec },
    }
    const kind = kindOf('apiextensions.k8s.io', 'customresourcedefinitions')
    turn.taken = 0
    const made = await run({ verb: 'create', kind, object: object(definition) })
    assert.equal((made as { readonly kind?: string }).kind, 'CustomResourceDefinition')
    assert.ok(turn.taken > 100, `${turn.taken} turns for 5,000 schemas`)
  })

  it('writes the same as one that nobody interrupts', async () => {
    const [interrupted, whole] = [world(impatient()), world()]
    const apply: Command = {
      ...{ verb: 'patch', kind: maps, ref: refOf('', 'configmaps', 'default', 'a'), fieldManager: 'other' },
      patch: { type: 'apply', force: true, body: { ...named('a'), data: { k1: 'w' } } as Record<string, unknown> },
    }
    for (const command of [namespace, create, patch, apply])
      assert.deepEqual(await interrupted.run(command), await whole.run(command))
    const bodies = ({ log }: typeof whole) => log.slice(1).map(({ body }) => Buffer.from(body).toString())
    assert.deepEqual(bodies(interrupted), bodies(whole))
  })
})
