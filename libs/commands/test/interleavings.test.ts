import assert from 'node:assert/strict'
import fc from 'fast-check'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import { memoryEventLog } from '@periplus/log'
import type { AppendRefusal, Appended, EventLog, MemoryEventLog } from '@periplus/log'
import type { ConfigMap } from '@periplus/kinds'
import type { Command, Outcome } from '../src/index.ts'
import { kindOf, object, refOf, world } from './world.ts'
import type { World } from './world.ts'

const configMaps = kindOf('', 'configmaps')

interface Asked {
  readonly verb: Command['verb']
  readonly name: string
  readonly data: Readonly<Record<string, string>>
}

type Act =
  | { readonly tag: 'Command'; readonly process: 0 | 1; readonly asked: Asked }
  | { readonly tag: 'CatchUp'; readonly process: 0 | 1 }
  | { readonly tag: 'Settle' }

const process = fc.constantFrom<0 | 1>(0, 1)
const asked: fc.Arbitrary<Asked> = fc.record({
  verb: fc.constantFrom<Command['verb']>('create', 'update', 'patch', 'delete'),
  name: fc.constantFrom('a', 'b', 'c'),
  data: fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom('1', '2'), { minKeys: 1, noNullPrototype: true }),
})
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ tag: fc.constant('Command' as const), process, asked }) },
  { weight: 2, arbitrary: fc.record({ tag: fc.constant('CatchUp' as const), process }) },
  { weight: 1, arbitrary: fc.constant({ tag: 'Settle' as const }) },
)

const commandOf = ({ verb, name, data }: Asked): Command => {
  const ref = refOf('', 'configmaps', 'default', name)
  const given = object({ metadata: { name, namespace: 'default' }, data })
  if (verb === 'delete') return { verb, kind: configMaps, ref, options: {} }
  if (verb === 'patch') return { verb, kind: configMaps, ref, patch: { type: 'merge', body: { data } } }
  return { verb, kind: configMaps, object: given }
}

/** A log whose acknowledgements get lost, before or after the event is written, as `fate` says. */
const lossy =
  (fate: () => 'fine' | 'before' | 'after') =>
  (log: MemoryEventLog): EventLog => ({
    ...log,
    append: async (event): Promise<Either<AppendRefusal, Appended>> => {
      const happens = fate()
      await Promise.resolve()
      if (happens === 'before') return E.left({ tag: 'Unavailable', message: 'lost' })
      const appended = log.appendNow(event)
      return happens === 'after' ? E.left({ tag: 'Unavailable', message: 'lost' }) : appended
    },
  })

/** Lets everything run that waits, including the pauses between two tries. */
const settle = async (worlds: readonly World[], pending: readonly Promise<unknown>[]): Promise<void> => {
  let open = true
  const all = Promise.allSettled(pending).then(() => (open = false))
  while (open) {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    for (const { clock } of worlds) clock.advance(100)
  }
  await all
}

describe('two processes at once', () => {
  it('lose nothing, write nothing twice, and are refused with values', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40 }), fc.array(fc.nat(9), { maxLength: 60 }), async (acts, dice) => {
        let roll = 0
        const fate = () => {
          const number = dice[roll++ % Math.max(1, dice.length)] ?? 9
          return number === 0 ? 'before' : number === 1 ? 'after' : 'fine'
        }
        const log = memoryEventLog()
        const worlds = [0, 1].map(index => world({ log, prefix: `p${index}`, through: lossy(fate) }))
        const results: { readonly id: string; readonly result: Promise<Either<Refusal, Outcome>> }[] = []
        for (const [index, step] of acts.entries()) {
          if (step.tag === 'CatchUp') worlds[step.process]?.catchUp()
          else if (step.tag === 'Settle')
            await settle(
              worlds,
              results.map(({ result }) => result),
            )
          else {
            const id = `command-${index}`
            const result = worlds[step.process]?.run(commandOf(step.asked), id)
            if (result) results.push({ id, result })
          }
        }
        await settle(
          worlds,
          results.map(({ result }) => result),
        )

        const events = log.slice(1)
        assert.equal(new Set(events.map(event => event.id)).size, events.length)
        for (const { id, result } of results) {
          const outcome = await result
          const event = events.find(other => other.id === id)
          // What was acknowledged is in the log, as it was answered; what was refused is not.
          if (E.isRight(outcome) && outcome.right.changed) {
            assert.equal(event?.sequence, outcome.right.sequence)
            const written = JSON.parse(new TextDecoder().decode(event?.body)) as ConfigMap
            assert.deepEqual((outcome.right.object as ConfigMap).data, written.data)
          } else if (E.isRight(outcome)) assert.equal(event, undefined)
          else if (outcome.left.tag !== 'ServiceUnavailable') assert.equal(event, undefined)
        }
        for (const it of worlds) {
          it.catchUp()
          assert.equal(it.cut.sequence, events.length)
        }
      }),
      { numRuns: 300 },
    )
  })
})
