import assert from 'node:assert/strict'
import { E, systemClock } from '@periplus/prelude'
import { httpsWebhooks } from '@periplus/webhooks'
import type { WebhookClient, WebhookFault } from '@periplus/webhooks'
import { startWebhookServer } from '@periplus/webhooks/contract'
import type { Behaviour, WebhookServer } from '@periplus/webhooks/contract'
import { askAgain, notYetAsked } from '../../../src/security/webhooks/asking-again.ts'
import type { Asked } from '../../../src/security/webhooks/asking-again.ts'
import { reviewWebhook } from '../../../src/security/webhooks/review-webhook.ts'
import { atOnce } from './at-once.ts'

describe('whether a review is asked again', () => {
  /** The waits after one fault that does not end. */
  const waits = (fault: Omit<WebhookFault, 'message'>, random = 0): readonly number[] => {
    const found: number[] = []
    const next = (asked: Asked): ReturnType<typeof askAgain> => askAgain({ message: '', ...fault }, asked, () => random)
    for (let again = next(notYetAsked); again; again = next(again.asked)) found.push(again.afterMilliseconds)
    return found
  }

  it('depends on what the server said', () => {
    for (const status of [429, 500, 501, 502, 504]) assert.deepEqual(waits({ status }), [500, 750, 1125, 1687.5])
    for (const status of [301, 400, 401, 403, 404, 503]) assert.deepEqual(waits({ status }), [])
  })

  it('is so after a reset, and not after what did not reach it', () => {
    assert.equal(waits({ isReset: true }).length, 4)
    assert.deepEqual(waits({}), [])
  })

  it('is up to a fifth later', () => {
    assert.deepEqual(waits({ status: 500 }, 0.5), [550, 825, 1237.5, 1856.25])
  })

  it('is when the server says, ten times for each try', () => {
    const told = Array.from({ length: 10 }, () => 2000)
    const all = [...told, 500, ...told, 750, ...told, 1125, ...told, 1687.5, ...told]
    for (const status of [429, 503, 500]) assert.deepEqual(waits({ status, retryAfterSeconds: 2 }), all)
    assert.deepEqual(waits({ status: 403, retryAfterSeconds: 2 }), [500, 750, 1125, 1687.5])
    assert.deepEqual(waits({ status: 503, retryAfterSeconds: 0 }), Array(10).fill(0))
  })
})

describe('a review', () => {
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec: {} }
  const good: Behaviour = question => ({ ...(question as object), status: { allowed: true } })
  const failed =
    (code: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
    (_, response) =>
      void response.writeHead(code, headers).end('trouble')
  let server: WebhookServer
  let client: WebhookClient
  let behaviours: Behaviour[]
  let waits: number[]

  before(async () => {
    server = await startWebhookServer((...asked) => (behaviours.shift() ?? good)(...asked))
    client = httpsWebhooks({ resolve: () => E.left('no service'), clock: systemClock })
  })
  after(async () => {
    client.close()
    await server.close()
  })

  const ask = async (...given: Behaviour[]): Promise<string> => {
    behaviours = given
    waits = []
    const { url, caBundle } = server.address()
    const access = { server: url, ca: Buffer.from(caBundle, 'base64').toString(), insecure: false }
    const patience = { timeoutMilliseconds: 10_000, patienceMilliseconds: 30_000 }
    const answer = await reviewWebhook({ ...atOnce(waits), access, client, ...patience })(review)
    return E.isLeft(answer) ? answer.left : JSON.stringify(answer.right.status)
  }
  const allowed = '{"allowed":true}'

  it('is asked again while a server is in trouble', async () => {
    assert.equal(await ask(failed(500), failed(429), failed(502), failed(504)), allowed)
    assert.deepEqual(waits, [550, 825, 1237.5, 1856.25])
    assert.match(await ask(...Array<Behaviour>(6).fill(failed(500))), /^an error on the server \("trouble"\)/)
    assert.equal(behaviours.length, 1)
  })

  it('is asked again when a server says', async () => {
    assert.equal(await ask(failed(503, { 'retry-after': '3' }), failed(429, { 'retry-after': '4' })), allowed)
    assert.deepEqual(waits, [3000, 4000])
  })

  it('is not asked again when there would be no time left', async () => {
    const never = failed(503, { 'retry-after': '20' })
    assert.match(await ask(never, never, never), /unable to handle the request$/)
    assert.deepEqual([waits, behaviours.length], [[20_000], 1])
  })

  it('is not asked again where that would change nothing', async () => {
    assert.match(await ask(failed(403), good), /^trouble$/)
    assert.match(await ask(failed(503), good), /unable to handle the request$/)
    assert.match(await ask((_, response) => void response.end('<html>')), /json parse error/)
    assert.deepEqual(waits, [])
  })
})
