import assert from 'node:assert/strict'
import fc from 'fast-check'
import { E } from '@periplus/prelude'
import { refOf } from '@periplus/api'
import type { ObjectRef } from '@periplus/api'
import type { Command, GroupCommands } from '@periplus/commands'
import type { Attributes } from '../src/index.ts'
import { clientOf } from './client.ts'
import { openDoor } from './open-door.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'

const words = [
  'namespaces',
  'pods',
  'nodes',
  'configmaps',
  'deployments',
  'bindings',
  'watch',
  'status',
  'finalize',
  'scale',
  'eviction',
  'default',
  'x',
  '..',
  '',
  'x%2Fy',
  'toString',
]
const prefixes = ['/api/v1', '/apis/apps/v1', '/apis/v1', '/api', '/at/1/api/v1', '//api/v1']
const methods = ['POST', 'PUT', 'PATCH', 'DELETE']

const refOfCommand = (command: Command): ObjectRef => {
  if (command.verb === 'patch' || command.verb === 'delete') return command.ref
  const { name = '', namespace = '' } = command.object.metadata ?? {}
  return refOf(command.kind, namespace, name)
}

describe('what is carried out', function () {
  this.timeout(60_000)
  let it_: TestServer
  const allowed: Attributes[] = []
  const carriedOut: Command[] = []

  before(async () => {
    const nothing: GroupCommands = {
      execute: async command => {
        carriedOut.push(command)
        return E.left({ tag: 'NotFound', target: refOfCommand(command) })
      },
      executeAll: async () => E.left({ index: undefined, refusal: { tag: 'BadRequest', message: 'no groups here' } }),
    }
    it_ = await startTestServer({
      commands: nothing,
      security: openDoor((_, attributes) => {
        allowed.push(attributes)
        return E.right('')
      }),
    })
  })
  after(async () => {
    await it_.stop()
    assert.deepEqual(it_.errors, [])
  })

  it('is what was authorized, whatever the path', async () => {
    const { ask } = clientOf(it_)
    const word = fc.constantFrom(...words)
    const orElse = (...values: string[]) =>
      fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...values) }, { arbitrary: word, weight: 1 })
    const likely = fc.tuple(
      orElse('namespaces'),
      orElse('default', 'x'),
      orElse('pods', 'configmaps', 'deployments', 'status', 'finalize', 'namespaces', 'nodes'),
      fc.array(orElse('x', 'default'), { maxLength: 1 }),
      fc.array(orElse('status', 'eviction', 'scale'), { maxLength: 1 }),
    )
    const segments = fc.oneof(
      fc.array(word, { minLength: 1, maxLength: 6 }),
      likely.map(([a, b, c, name, subresource]) => [a, b, c, ...name, ...subresource]),
      // Most paths of random words lead nowhere: enough must be carried out for the property to say something.
      { weight: 4, arbitrary: fc.tuple(orElse('nodes', 'namespaces'), orElse('x')) },
    )
    let reached = 0
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...methods),
        fc.constantFrom(...prefixes),
        segments,
        async (method, prefix, rest) => {
          allowed.length = 0
          carriedOut.length = 0
          const body = method === 'DELETE' ? {} : { body: '{}' }
          const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
          const path = `${prefix}/${rest.join('/')}`
          const { status } = await ask(path, { method, ...body, headers: { 'content-type': type } })
          assert.ok(status < 500 || status === 501, `${method} ${path}: ${status}`)
          const [asked, ...more] = allowed
          assert.equal(more.length, 0)
          for (const command of carriedOut) {
            reached++
            assert.ok(asked?.tag === 'Resource', `${method} ${path}`)
            const ref = refOfCommand(command)
            const isNamespace = ref.resource === 'namespaces'
            assert.deepEqual(
              {
                resource: ref.resource,
                name: ref.name,
                namespace: isNamespace && ref.name !== '' ? ref.name : ref.namespace,
              },
              { resource: asked.resource, name: asked.name, namespace: asked.namespace },
              `${method} ${path}`,
            )
            assert.equal(asked.group, command.kind.group)
          }
        },
      ),
      { numRuns: 1_200 },
    )
    assert.ok(reached > 50, `${reached} commands`)
  })
})
