import assert from 'node:assert/strict'
import { E, virtualClock } from '@periplus/prelude'
import type { VirtualClock } from '@periplus/prelude'
import { configuredIssuers, withIssuers } from '../../../src/security/oidc/issuers.ts'
import type { RunningIssuers } from '../../../src/security/oidc/issuers.ts'
import type { Tokens } from '../../../src/index.ts'
import { testIssuer } from './issuer.ts'
import type { TestIssuer } from './issuer.ts'

const own = 'https://kubernetes.default.svc.cluster.local'

describe('tokens of other issuers', () => {
  let one: TestIssuer
  let other: TestIssuer
  let clock: VirtualClock
  let issuers: RunningIssuers
  let troubles: string[]

  beforeEach(async () => {
    ;[one, other] = [await testIssuer(), await testIssuer()]
    clock = virtualClock(Date.now())
    troubles = []
    const jwtOf = ({ url, ca }: TestIssuer, prefix: string) => ({
      issuer: { url, certificateAuthority: ca, audiences: ['periplus'] },
      claimMappings: { username: { claim: 'sub', prefix }, groups: { claim: 'groups', prefix } },
    })
    issuers = configuredIssuers({
      configuration: { jwt: [jwtOf(one, 'one:'), jwtOf(other, 'other:')] },
      ...{ clock, onTrouble: (_, why) => void troubles.push(why) },
    })
  })
  afterEach(async () => {
    one.stop()
    other.stop()
    await issuers.stop()
  })

  const inAnHour = (): number => clock.now() + 3_600_000
  const said = async (token: string): Promise<string> => {
    const user = await issuers.user(token)
    if (!user) return 'nobody'
    return E.isLeft(user) ? user.left : user.right.name
  }

  it('stand for whom their claims say, each issuer in its own names', async () => {
    assert.equal(await said(await one.sign({ sub: 'ann' }, inAnHour())), 'one:ann')
    assert.equal(await said(await other.sign({ sub: 'ann' }, inAnHour())), 'other:ann')
    const user = await issuers.user(await one.sign({ sub: 'ann', groups: ['dev'], jti: 'x' }, inAnHour()))
    assert.deepEqual(user, {
      _tag: 'Right',
      right: {
        name: 'one:ann',
        uid: '',
        groups: ['one:dev', 'system:authenticated'],
        extra: { 'authentication.kubernetes.io/credential-id': ['JTI=x'] },
      },
    })
    assert.equal(one.asked(), 1, 'keys are asked for once')
  })

  it('are refused where they are for others, too old, too early, or of somebody else', async () => {
    assert.match(await said(await one.sign({ sub: 'a', aud: 'x' }, inAnHour())), /expected audience in \["periplus"\]/)
    assert.equal(await said(await one.sign({ sub: 'a', aud: ['x', 'periplus'] }, inAnHour())), 'one:a')
    assert.match(await said(await one.sign({ sub: 'a' }, clock.now() - 1_000)), /token is expired/)
    const later = Math.floor(clock.now() / 1000) + 400
    assert.match(await said(await one.sign({ sub: 'a', nbf: later }, inAnHour())), /not valid yet/)
    assert.match(await said(await other.sign({ sub: 'a', iss: one.url }, inAnHour())), /verify token/)
    const [head = '', body = ''] = (await one.sign({ sub: 'a' }, inAnHour())).split('.')
    assert.match(await said(`${head}.${body}.${Buffer.from('x'.repeat(64)).toString('base64url')}`), /verify token/)
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`
    assert.match(await said(unsigned), /verify token/)
    assert.equal(await said(await one.sign({ sub: 'a', iss: 'https://elsewhere' }, inAnHour())), 'nobody')
    assert.equal(await said('no token'), 'nobody')
  })

  it('go with a new key once it is asked for, which is not for every token that names one', async () => {
    assert.equal(await said(await one.sign({ sub: 'a' }, inAnHour())), 'one:a')
    await one.rotate()
    const token = await one.sign({ sub: 'a' }, inAnHour())
    assert.match(await said(token), /verify token/, 'an issuer is asked once in ten seconds')
    clock.advance(10_000)
    assert.equal(await said(token), 'one:a')
    assert.equal(one.asked(), 2)
    await one.rotate()
    // Keys that are ten minutes old are asked for whether or not anybody names another one.
    clock.advance(600_000)
    assert.equal(await said(await one.sign({ sub: 'a' }, inAnHour())), 'one:a')
  })

  it('of an issuer that hangs cost those of others nothing', async () => {
    assert.equal(await said(await other.sign({ sub: 'a' }, inAnHour())), 'other:a')
    assert.equal(await said(await one.sign({ sub: 'a' }, inAnHour())), 'one:a')
    one.hang()
    await one.rotate()
    clock.advance(10_000)
    const waits = said(await one.sign({ sub: 'a' }, inAnHour()))
    assert.equal(await said(await other.sign({ sub: 'b' }, inAnHour())), 'other:b')
    clock.advance(5_000)
    assert.match(await waits, /verify token/)
    assert.match(troubles.join(), /context deadline exceeded/)
  })

  it('are good for the API server alone', async () => {
    const tokens = withIssuers(
      { review: async () => E.left({ tag: 'Unauthorized', message: 'not mine' }) } as unknown as Tokens,
      issuers,
      own,
    )
    const token = await one.sign({ sub: 'a' }, inAnHour())
    const review = async (...audiences: readonly string[]) => {
      const reviewed = await tokens.review(token, audiences)
      return E.isLeft(reviewed) ? reviewed.left : reviewed.right.audiences
    }
    assert.deepEqual(await review(), [])
    assert.deepEqual(await review('x', own), [own])
    assert.deepEqual(await review('x'), {
      tag: 'Unauthorized',
      message: 'invalid bearer token, token is for the API server alone',
    })
    const elsewhere = await tokens.review('another', [])
    assert.ok(E.isLeft(elsewhere) && elsewhere.left.tag === 'Unauthorized' && elsewhere.left.message === 'not mine')
  })
})
