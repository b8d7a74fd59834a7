import assert from 'node:assert/strict'
import { request } from 'node:http'
import { E, nextTurn } from '@periplus/prelude'
import type { KubernetesObject } from '@periplus/api'
import { createCommands } from '@periplus/commands'
import { kindOf } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import { Event, Ingress } from '@periplus/kinds'
import { memoryEventLog } from '@periplus/log'
import { startLiveCut } from '@periplus/projection'
import type { RunningCut } from '@periplus/projection'
import { logger, metrics } from '@periplus/service'
import { start, whetherWanted } from '../src/index.ts'
import type { RunningIngress } from '../src/index.ts'
import { ourClass, rule, service } from './objects.ts'

const origin = { actor: 'user:test', component: 'test', causes: [], correlationId: 'test' }
const host = '127.0.0.1'

describe('the ingress', () => {
  let running: RunningCut
  let serving: RunningIngress
  let commands: ReturnType<typeof createCommands>
  const bugs: unknown[] = []
  const wanted: boolean[] = []
  const closing: (() => Promise<void> | void)[] = []

  const create = async (object: object): Promise<void> => {
    const kind = kindOf(object as KubernetesObject)
    const done = await commands.execute({ verb: 'create', kind, object: object as KubernetesObject }, origin)
    if (E.isLeft(done)) throw new Error(JSON.stringify(done.left))
    await running.cut.reached(done.right.sequence)
  }
  const ingress = (name: string, spec: object): object => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'shop' },
    spec: { ingressClassName: 'periplus', ...spec },
  })

  before(async () => {
    const log = memoryEventLog()
    running = await startLiveCut({ log })
    const { cut } = running
    commands = createCommands({ cut, log, kindsAt, admission: [] })
    for (const name of ['default', 'shop']) await create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    await create(ourClass)
    closing.push(whetherWanted(cut, answer => wanted.push(answer)))
    serving = start({
      ...{ cut, commands, metrics: metrics(), logger: logger('test', { write: () => undefined }) },
      at: { addresses: [host], http: 0, https: 0 },
      reachedAt: () => ['192.0.2.1'],
      onBug: error => bugs.push(error),
    })
    await serving.settled()
  })
  after(async () => {
    await serving.stop()
    for (const close of closing) await close()
    await running.close()
    assert.deepEqual(bugs, [])
  })

  it('is wanted with the first Ingress of its class', async () => {
    assert.deepEqual(wanted, [false])
    await create({ ...ingress('other', { ingressClassName: 'nginx', rules: [rule('x.example', ['/', 'web'])] }) })
    assert.deepEqual(wanted, [false])
    await create(ingress('web', { rules: [rule('a.example', ['/', 'web'])] }))
    await nextTurn()
    assert.deepEqual(wanted, [false, true])
    await serving.settled()
  })

  it('says in each Ingress of its class where it is reached, and in no other', () => {
    const addresses = (name: string) => running.cut.get(Ingress, 'shop', name)?.status?.loadBalancer?.ingress
    assert.deepEqual(addresses('web'), [{ ip: '192.0.2.1' }])
    assert.equal(addresses('other'), undefined)
  })

  it('tells what is wrong in an Event, once', async () => {
    const told = () => running.cut.list(Event, 'shop').map(({ reason, message, count }) => [reason, message, count])
    assert.deepEqual(told(), [['NoBackend', 'there is no service "web"', 1]])
    await create(ingress('more', { rules: [rule('b.example', ['/', 'web'])] }))
    await serving.renew()
    assert.deepEqual(
      told().map(([, message, count]) => [message, count]),
      [
        ['there is no service "web"', 1],
        ['there is no service "web"', 1],
      ],
    )
  })

  it('serves what comes from then on', async () => {
    assert.equal(await answered(serving.ports.http ?? 0), '503 the Ingress names a back end that cannot be had\n')
    for (const object of service('shop/web')) await create(object)
    await serving.settled()
    assert.equal(await answered(serving.ports.http ?? 0), '503 service shop/web:80 has no endpoints\n')
  })
})

/** Code and body of the answer for `a.example`. */
const answered = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    request({ host, port, headers: { host: 'a.example' } }, response => {
      let text = `${response.statusCode} `
      response.on('data', chunk => (text += String(chunk)))
      response.on('end', () => resolve(text))
    })
      .on('error', reject)
      .end()
  })
