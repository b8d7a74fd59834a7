import assert from 'node:assert/strict'
import { E, systemClock, virtualClock } from '@periplus/prelude'
import type { VirtualClock } from '@periplus/prelude'
import { httpsWebhooks } from '@periplus/webhooks'
import type { WebhookClient } from '@periplus/webhooks'
import { startWebhookServer } from '@periplus/webhooks/contract'
import type { Behaviour, WebhookServer } from '@periplus/webhooks/contract'
import type { Tokens } from '../../../src/index.ts'
import { reviewWebhook } from '../../../src/security/webhooks/review-webhook.ts'
import { withTokenWebhook } from '../../../src/security/webhooks/token-webhook.ts'
import { atOnce } from './at-once.ts'

const own = 'https://kubernetes.default.svc.cluster.local'

interface Asked {
  readonly apiVersion: string
  readonly kind: string
  readonly spec: { readonly token: string; readonly audiences: readonly string[] }
}

describe('tokens that a webhook knows', () => {
  let server: WebhookServer
  let client: WebhookClient
  let clock: VirtualClock
  let behaviour: Behaviour
  let troubles: string[]
  const asked: Asked[] = []
  const authorizations: (string | undefined)[] = []
  const ofCluster: Tokens = {
    issue: async () => E.left({ tag: 'NotBuilt', message: 'none' }),
    review: async token =>
      token === 'own'
        ? E.right({ user: { name: 'own', uid: '', groups: [], extra: {} }, audiences: [] })
        : E.left({ tag: 'Unauthorized', message: 'invalid bearer token' }),
  }
  const ann = { username: 'ann', uid: '7', groups: ['dev'], extra: { 'example.com/team': ['a', 'b'] } }
  const status =
    (told: object): Behaviour =>
    question => ({ ...(question as Asked), status: told })

  beforeEach(async () => {
    asked.length = 0
    authorizations.length = 0
    troubles = []
    clock = virtualClock(Date.now())
    behaviour = status({ authenticated: true, user: ann })
    server = await startWebhookServer((question, response, request) => {
      asked.push(question as Asked)
      authorizations.push(request.headers.authorization)
      return behaviour(question, response, request)
    })
    client = httpsWebhooks({ resolve: () => E.left('no service'), clock: systemClock })
  })
  afterEach(async () => {
    client.close()
    await server.close()
  })

  const tokens = (version: 'v1' | 'v1beta1' = 'v1', timeoutMilliseconds = 10_000): Tokens => {
    const { url, caBundle } = server.address('/review?from=here')
    const access = { server: url, ca: Buffer.from(caBundle, 'base64').toString(), insecure: false, token: 'shared' }
    return withTokenWebhook(
      ofCluster,
      {
        ask: reviewWebhook({ ...atOnce(), access, client, timeoutMilliseconds, patienceMilliseconds: 60_000 }),
        ...{ version, clock, cacheMilliseconds: 120_000, onTrouble: why => void troubles.push(why) },
      },
      own,
    )
  }
  const why = async (of: Tokens, token: string, audiences: readonly string[] = []): Promise<string> => {
    const answer = await of.review(token, audiences)
    assert.ok(E.isLeft(answer) && answer.left.tag === 'Unauthorized')
    return answer.left.message
  }

  it('stand for whom it says, which is asked once for as long as its answer is good', async () => {
    const known = tokens()
    const expected = E.right({
      user: { name: 'ann', uid: '7', groups: ['dev', 'system:authenticated'], extra: ann.extra },
      audiences: [],
    })
    const answers = await Promise.all([known.review('t', []), known.review('t', [])])
    assert.deepEqual(answers, [expected, expected])
    assert.deepEqual(asked, [
      { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: 't', audiences: [own] } },
    ])
    assert.deepEqual(authorizations, ['Bearer shared'])
    clock.advance(119_000)
    assert.deepEqual(await known.review('t', []), expected)
    assert.equal(asked.length, 1)
    clock.advance(2_000)
    await known.review('t', [])
    assert.equal(asked.length, 2)
  })

  it('are asked about last, and in the version that the webhook knows', async () => {
    const known = tokens('v1beta1')
    assert.ok(E.isRight(await known.review('own', [])))
    assert.equal(asked.length, 0)
    assert.ok(E.isRight(await known.review('other', [])))
    assert.equal(asked[0]?.apiVersion, 'authentication.k8s.io/v1beta1')
  })

  it('are good for the audiences that it names, or for this server where it names none', async () => {
    const known = tokens()
    assert.equal(await why(known, 't', ['vault']), 'invalid bearer token, token audiences do not match')
    behaviour = status({ authenticated: true, user: ann, audiences: ['vault', 'more'] })
    const answer = await known.review('u', ['vault', 'other'])
    assert.ok(E.isRight(answer))
    assert.deepEqual(answer.right.audiences, ['vault'])
    assert.deepEqual(asked.at(-1)?.spec.audiences, ['vault', 'other'])
    assert.match(await why(known, 'v'), /audiences do not match/)
  })

  it('are good for nobody where it says so, which is remembered as well', async () => {
    behaviour = status({ authenticated: false, error: 'it is too old' })
    const known = tokens()
    assert.equal(await why(known, 't'), 'invalid bearer token, it is too old')
    assert.equal(await why(known, 't'), 'invalid bearer token, it is too old')
    assert.equal(asked.length, 1)
    behaviour = status({ authenticated: true, user: { username: '' } })
    assert.equal(await why(known, 'u'), 'invalid bearer token, the webhook names no user')
  })

  it('are refused where it answers with something else, which is not remembered', async () => {
    const known = tokens()
    const garbage: readonly Behaviour[] = [
      () => ({ apiVersion: 'v1', kind: 'Pod' }),
      status({ authenticated: 'yes', user: ann }),
      status({ authenticated: true, user: { username: ['ann'] } }),
      (_, response) => void response.end('<html>'),
      (_, response) => void response.writeHead(500).end(),
      () => null,
    ]
    for (const one of garbage) {
      behaviour = one
      assert.match(await why(known, 't'), /^invalid bearer token, ./)
    }
    assert.equal(troubles.length, garbage.length)
    assert.equal(troubles.join().includes('shared'), false)
    behaviour = status({ authenticated: true, user: ann })
    assert.ok(E.isRight(await known.review('t', [])))
  })

  it('cost the time of a webhook that hangs, and nobody else’s; more than it can take are refused at once', async () => {
    behaviour = () => undefined
    const known = tokens('v1', 300)
    const many = Array.from({ length: 250 }, (_, i) => why(known, `t${i}`))
    assert.ok(E.isRight(await known.review('own', [])))
    const whys = await Promise.all(many)
    assert.equal(whys.filter(one => one.includes('context deadline exceeded')).length, 200)
    assert.equal(whys.filter(one => one.includes('too many questions')).length, 50)
  })
})
