import assert from 'node:assert/strict'
import { E, systemClock, virtualClock } from '@periplus/prelude'
import type { VirtualClock } from '@periplus/prelude'
import { reviewCondition } from '@periplus/cel'
import { httpsWebhooks } from '@periplus/webhooks'
import type { WebhookClient } from '@periplus/webhooks'
import { startWebhookServer } from '@periplus/webhooks/contract'
import type { Behaviour, WebhookServer } from '@periplus/webhooks/contract'
import type { Attributes, User } from '../../../src/index.ts'
import { accessWebhook } from '../../../src/security/webhooks/access-webhook.ts'
import type { AccessWebhook } from '../../../src/security/webhooks/access-webhook.ts'
import type { ConfiguredWebhook } from '../../../src/security/webhooks/read-authorization.ts'
import { reviewWebhook } from '../../../src/security/webhooks/review-webhook.ts'
import { atOnce } from './at-once.ts'

const ann: User = { name: 'ann', uid: '7', groups: ['dev'], extra: { team: ['a'] } }
const pods: Attributes = {
  tag: 'Resource',
  verb: 'list',
  ...{ group: '', version: 'v1', resource: 'pods', subresource: '', namespace: 'shop', name: '' },
  fields: [{ field: 'spec.nodeName', operator: '!=', value: 'one' }],
}
const path: Attributes = { tag: 'NonResource', verb: 'get', path: '/metrics' }

describe('a webhook that judges', () => {
  let server: WebhookServer
  let client: WebhookClient
  let clock: VirtualClock
  let behaviour: Behaviour
  const asked: Record<string, unknown>[] = []
  const troubles: string[] = []
  const status =
    (told: object): Behaviour =>
    question => ({ ...(question as object), status: told })

  beforeEach(async () => {
    asked.length = troubles.length = 0
    clock = virtualClock(Date.now())
    behaviour = status({ allowed: true, reason: 'friends' })
    server = await startWebhookServer((question, response, request) => {
      asked.push(question as Record<string, unknown>)
      return behaviour(question, response, request)
    })
    client = httpsWebhooks({ resolve: () => E.left('no service'), clock: systemClock })
  })
  afterEach(async () => {
    client.close()
    await server.close()
  })

  const webhook = (more: Partial<ConfiguredWebhook> = {}): AccessWebhook => {
    const { url, caBundle } = server.address()
    const configured: ConfiguredWebhook = {
      tag: 'Webhook',
      name: 'w',
      access: { server: url, ca: Buffer.from(caBundle, 'base64').toString(), insecure: false },
      version: 'v1',
      timeoutMilliseconds: 10_000,
      keptMilliseconds: { allowed: 300_000, other: 30_000 },
      onFailure: 'NoOpinion',
      conditions: [],
      ...more,
    }
    const { access, timeoutMilliseconds } = configured
    const ask = reviewWebhook({ ...atOnce(), access, client, timeoutMilliseconds, patienceMilliseconds: 60_000 })
    return accessWebhook({ configured, ask, clock, onTrouble: why => void troubles.push(why) })
  }

  it('is asked as Kubernetes asks', async () => {
    const one = webhook()
    assert.deepEqual(await one.opinion(ann, pods), { tag: 'Allow', why: 'friends' })
    await one.opinion(ann, path)
    const user = { user: 'ann', uid: '7', groups: ['dev'], extra: { team: ['a'] } }
    const fieldSelector = { requirements: [{ key: 'spec.nodeName', operator: 'NotIn', values: ['one'] }] }
    assert.deepEqual(asked, [
      {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: {
          resourceAttributes: { verb: 'list', version: 'v1', resource: 'pods', namespace: 'shop', fieldSelector },
          ...user,
        },
      },
      {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { nonResourceAttributes: { path: '/metrics', verb: 'get' }, ...user },
      },
    ])
    await webhook({ version: 'v1beta1' }).opinion({ ...ann, extra: {} }, path)
    assert.deepEqual(asked.at(-1), {
      apiVersion: 'authorization.k8s.io/v1beta1',
      kind: 'SubjectAccessReview',
      spec: { nonResourceAttributes: { path: '/metrics', verb: 'get' }, user: 'ann', uid: '7', group: ['dev'] },
    })
  })

  it('is asked again when its answer has ended, sooner where it did not allow', async () => {
    const one = webhook()
    await Promise.all([one.opinion(ann, pods), one.opinion(ann, pods)])
    clock.advance(299_000)
    assert.deepEqual(one.known(ann, pods), { tag: 'Allow', why: 'friends' })
    clock.advance(2_000)
    assert.equal(one.known(ann, pods), undefined)
    assert.equal(asked.length, 1)
    behaviour = status({ allowed: false, reason: 'strangers' })
    assert.deepEqual(await one.opinion(ann, pods), { tag: 'None', why: 'strangers' })
    clock.advance(29_000)
    assert.equal(one.known(ann, pods)?.tag, 'None')
    clock.advance(2_000)
    behaviour = status({ allowed: false, denied: true })
    assert.equal((await one.opinion(ann, pods)).tag, 'Deny')
    const forgetful = webhook({ keptMilliseconds: { allowed: 0, other: 0 } })
    await forgetful.opinion(ann, pods)
    assert.equal(forgetful.known(ann, pods), undefined)
    const long = { ...ann, groups: ['g'.repeat(10_001)] }
    await one.opinion(long, pods)
    assert.equal(one.known(long, pods), undefined, 'of long questions nothing is kept')
  })

  it('that says both is believed in neither', async () => {
    behaviour = status({ allowed: true, denied: true })
    const { tag, fault } = await webhook().opinion(ann, pods)
    assert.equal(tag, 'Deny')
    assert.equal(fault, 'webhook subject access review returned both allow and deny response')
  })

  it('that hangs or answers garbage costs its time, and means what the policy says', async () => {
    const garbage: readonly Behaviour[] = [
      () => ({ apiVersion: 'v1', kind: 'Pod' }),
      status({ allowed: 'yes' }),
      (_, response) => void response.end('<html>'),
      (_, response) => void response.writeHead(307, { location: server.address('/other').url }).end(),
      () => undefined,
    ]
    for (const [onFailure, tag] of [
      ['NoOpinion', 'None'],
      ['Deny', 'Deny'],
    ] as const)
      for (const one of garbage) {
        behaviour = one
        const opinion = await webhook({ onFailure, timeoutMilliseconds: 300 }).opinion(ann, pods)
        assert.equal(opinion.tag, tag)
        assert.match(opinion.fault ?? '', /./)
      }
    assert.equal(troubles.length, 2 * garbage.length)
    assert.equal(asked.length, 2 * garbage.length, 'and no redirect is followed')
  })

  it('is asked where its conditions are met, and nowhere else', async () => {
    const conditions = [`has(request.resourceAttributes)`, `request.resourceAttributes.namespace != 'kube-system'`]
    const compiled = conditions.map(source => {
      const found = reviewCondition(source)
      assert.ok(E.isRight(found))
      return found.right
    })
    const one = webhook({ conditions: compiled, onFailure: 'Deny' })
    assert.deepEqual(await one.opinion(ann, path), { tag: 'None', why: '' }, 'one that is false is enough')
    assert.equal((await one.opinion(ann, { ...pods, namespace: 'kube-system' })).tag, 'None')
    assert.equal(asked.length, 0)
    assert.equal((await one.opinion(ann, pods)).tag, 'Allow')
    const broken = webhook({ conditions: compiled.slice(1), onFailure: 'Deny' })
    const { tag, fault } = await broken.opinion(ann, path)
    assert.equal(tag, 'Deny')
    assert.match(fault ?? '', /resulted in error: /)
    assert.equal(asked.length, 1)
  })
})
