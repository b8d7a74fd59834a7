import assert from 'node:assert/strict'
import { builtinRegistry } from '@periplus/custom'
import { memoryEventLog } from '@periplus/log'
import type { NewEvent } from '@periplus/log'
import { E } from '@periplus/prelude'
import type { HistoryCall, HistoryDeps } from '../src/history/deps.ts'
import type { Reply } from '../src/http/reply.ts'
import { readHistory } from '../src/history/read-history.ts'

const ref = { group: '', resource: 'pods', namespace: 'shop', name: 'web' }
const event = (decisionId: string, more: Partial<NewEvent>): NewEvent => ({
  ...{ id: decisionId, type: 'created', ref, uid: 'u', expected: 0, previous: 0, time: new Date(0).toISOString() },
  origin: { actor: 'scheduler:default', component: 'scheduler', causes: [], correlationId: decisionId, decisionId },
  body: Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', uid: 'u' } })),
  ...more,
})

describe('why something happened to an object', () => {
  /** What is told of each event's decision; the log has one for each namespace that a decision was about. */
  const reasons = async (mayAll: boolean): Promise<readonly unknown[]> => {
    const log = memoryEventLog()
    const namespaces = ['shop', '', 'rivals']
    for (const [at, namespace] of namespaces.entries())
      await log.append(
        event(namespace, at === 0 ? {} : { type: 'status-changed', expected: at, previous: at, id: `${at}` }),
      )
    const byId = async (namespace: string) => ({ key: { namespace, name: 'x' }, why: `because of ${namespace}` })
    const allowed = E.right(undefined)
    const denied = E.left({ tag: 'Forbidden', target: { group: '', resource: 'x', name: '' }, message: 'no' })
    const deps = {
      ...{ log, cut: undefined, kinds: () => builtinRegistry, decisions: { byId } },
      security: { authorize: () => (mayAll ? allowed : denied) },
      pastReads: { shown: async (_: unknown, events: unknown) => events },
    }
    const info = {
      tag: 'Resource',
      verb: 'get',
      version: 'v1',
      subresource: '',
      named: true,
      withinNamespace: true,
      rest: [],
      ...ref,
    }
    const call = {
      asked: { tag: 'Why', path: '' },
      info,
      user: { name: 'tenant', groups: [] },
      signal: () => undefined,
    }
    const answer = await readHistory(deps as unknown as HistoryDeps)(call as unknown as HistoryCall)
    assert.ok(E.isRight(answer), JSON.stringify(answer))
    const parts: Uint8Array[] = []
    for await (const piece of (answer.right as Extract<Reply, { tag: 'Pieces' }>).pieces) parts.push(piece)
    const { events } = JSON.parse(Buffer.concat(parts).toString()) as { events: readonly { decision: unknown }[] }
    return events.map(({ decision }) => decision)
  }

  it('is told of decisions about its namespace or none, as others’ name what is not everybody’s', async () => {
    assert.deepEqual(await reasons(false), [{ why: 'because of shop' }, { why: 'because of ' }, null])
  })

  it('is told of all to those who may see everything', async () => {
    assert.deepEqual((await reasons(true))[2], { why: 'because of rivals' })
  })
})
