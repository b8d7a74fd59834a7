import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E, virtualClock } from '@periplus/prelude'
import type { VirtualClock } from '@periplus/prelude'
import { logger, metrics, readSettings, stopAll } from '@periplus/service'
import type { RunningService } from '@periplus/service'
import { startWebhookServer } from '@periplus/webhooks/contract'
import type { WebhookServer } from '@periplus/webhooks/contract'
import { settings } from '../../src/home/settings.ts'
import { reviewWebhooksOf } from '../../src/roles/review-webhooks.ts'
import type { RoleProcess } from '../../src/roles/role.ts'
import { right } from './events.ts'

describe('servers outside that an operator names', () => {
  let directory: string
  let server: WebhookServer
  const services: RunningService[] = []
  const lines: string[] = []
  let answers: object | undefined
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'pp-reviews-'))
    server = await startWebhookServer(question => answers && { ...(question as object), status: answers })
    const { url, caBundle } = server.address()
    writeFileSync(
      join(directory, 'server.yaml'),
      JSON.stringify({
        clusters: [{ name: 'w', cluster: { server: url, 'certificate-authority-data': caBundle } }],
        contexts: [{ name: 'w', context: { cluster: 'w', user: 'w' } }],
        'current-context': 'w',
      }),
    )
    const webhook = {
      ...{
        timeout: '200ms',
        subjectAccessReviewVersion: 'v1',
        failurePolicy: 'Deny',
        cacheUnauthorizedRequests: false,
      },
      connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: join(directory, 'server.yaml') },
    }
    writeFileSync(
      join(directory, 'authorization.yaml'),
      JSON.stringify({
        ...{ apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthorizationConfiguration' },
        authorizers: [
          { type: 'Node', name: 'node' },
          { type: 'Webhook', name: 'judge', webhook },
          { type: 'RBAC', name: 'rbac' },
        ],
      }),
    )
  })
  after(async () => {
    await stopAll(services)
    await server.close()
    rmSync(directory, { recursive: true })
  })

  /** As a process of the API server has them. */
  const reviews = (
    variables: Readonly<Record<string, string>>,
    clock?: VirtualClock,
  ): ReturnType<typeof reviewWebhooksOf> =>
    reviewWebhooksOf(
      {
        settings: right(readSettings(settings, variables)),
        logger: logger('test', { write: line => void lines.push(line) }),
        metrics: metrics(),
        onBug: error => assert.fail(String(error)),
        onStop: service => void services.push(service),
      } as Pick<RoleProcess, 'settings' | 'logger' | 'metrics' | 'onBug' | 'onStop'> as RoleProcess,
      clock,
    )

  it('are none where nobody is named', () => assert.deepEqual(reviews({}), {}))

  it('know tokens', async () => {
    const { tokenWebhook } = reviews({
      PERIPLUS_TOKEN_WEBHOOK_CONFIG: join(directory, 'server.yaml'),
      PERIPLUS_TOKEN_WEBHOOK_VERSION: 'v1beta1',
      PERIPLUS_TOKEN_WEBHOOK_CACHE_SECONDS: '7',
    })
    assert.equal(tokenWebhook?.version, 'v1beta1')
    assert.equal(tokenWebhook.cacheMilliseconds, 7_000)
    answers = { authenticated: true }
    const answer = await tokenWebhook.ask({ apiVersion: 'a/v1', kind: 'TokenReview', spec: {} })
    assert.deepEqual(E.map(({ status }: { status?: unknown }) => status)(answer), E.right(answers))
  })

  it('judge in their place, and what is wrong with one is told, though not each time', async () => {
    const { judges } = reviews({ PERIPLUS_AUTHORIZATION_CONFIG: join(directory, 'authorization.yaml') })
    const [node, judge, rbac] = judges?.() ?? []
    assert.deepEqual([node, rbac], ['Node', 'RBAC'])
    assert.ok(judge !== undefined && typeof judge !== 'string')
    const ask = () =>
      judge.opinion({ name: 'ann', uid: '', groups: [], extra: {} }, { tag: 'NonResource', verb: 'get', path: '/x' })
    answers = { allowed: false, denied: true, reason: 'no' }
    assert.deepEqual(await ask(), { tag: 'Deny', why: 'no' })
    answers = undefined
    for (let i = 0; i < 2; i++) assert.match((await ask()).fault ?? '', /context deadline exceeded$/)
    assert.equal(lines.filter(line => line.includes('the authorizer judge does not answer')).length, 1)
  })

  it('come and go with the file that names them', async () => {
    const clock = virtualClock(Date.now())
    const path = join(directory, 'order.yaml')
    const write = (...types: readonly string[]): void =>
      writeFileSync(
        path,
        JSON.stringify({
          ...{ apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthorizationConfiguration' },
          authorizers: types.map(type => ({ type, name: type.toLowerCase() })),
        }),
      )
    write('Node', 'RBAC')
    const { judges } = reviews({ PERIPLUS_AUTHORIZATION_CONFIG: path }, clock)
    const before = judges?.()
    assert.deepEqual(before, ['Node', 'RBAC'])
    write('RBAC', 'Node')
    while (judges?.() === before) {
      clock.advance(2_000)
      await new Promise(setImmediate)
    }
    assert.deepEqual(judges?.(), ['RBAC', 'Node'])
  })

  it('are refused where they are not named well', () => {
    writeFileSync(join(directory, 'empty.yaml'), '{}')
    const empty = join(directory, 'empty.yaml')
    assert.throws(() => reviews({ PERIPLUS_TOKEN_WEBHOOK_CONFIG: empty }), /names no server for its current context/)
    assert.throws(
      () => reviews({ PERIPLUS_AUTHORIZATION_CONFIG: empty }),
      /must say apiVersion: apiserver.config.k8s.io/,
    )
  })
})
