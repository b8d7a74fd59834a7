import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose'
import type { JSONWebKeySet } from 'jose'
import { E } from '@periplus/prelude'
import type { KubernetesObject, Stored } from '@periplus/api'
import { generateKeyPair, privateKeyPem } from '../../src/security/pki/key-pair.ts'
import { defaultIssuer, serviceAccountTokens } from '../../src/security/tokens/service-account-tokens.ts'
import type { ServiceAccountTokens } from '../../src/security/tokens/service-account-tokens.ts'
import type { TokenIssue, User } from '../../src/ports.ts'
import { cluster } from './cluster.ts'
import type { Cluster } from './cluster.ts'

describe('service account tokens', () => {
  let it_: Cluster
  let tokens: ServiceAccountTokens
  let account: Stored<KubernetesObject>
  let key: string

  beforeEach(async () => {
    it_ = cluster()
    key = await privateKeyPem((await generateKeyPair()).privateKey)
    tokens = await serviceAccountTokens({ cut: it_.cut, clock: it_.clock, key })
    await it_.put('namespaces', { metadata: { name: 'shop' } })
    account = (await it_.put('serviceaccounts', {
      metadata: { name: 'default', namespace: 'shop' },
    })) as Stored<KubernetesObject>
  })

  const issue = async (more: Partial<TokenIssue> = {}): Promise<string> => {
    const issued = await tokens.issue({ serviceAccount: account, audiences: [], expirationSeconds: 600, ...more })
    if (E.isLeft(issued)) throw new Error(JSON.stringify(issued.left))
    return issued.right.token
  }
  const review = async (token: string, audiences: readonly string[] = []): Promise<User | string> => {
    const reviewed = await tokens.review(token, audiences)
    if (E.isRight(reviewed)) return reviewed.right.user
    assert.equal(reviewed.left.tag, 'Unauthorized')
    return reviewed.left.tag === 'Unauthorized' ? reviewed.left.message : ''
  }
  const nameOf = (answer: User | string): string => (typeof answer === 'string' ? answer : answer.name)

  it('stand for the account until they expire', async () => {
    const token = await issue()
    const user = await review(token)
    assert.ok(typeof user !== 'string')
    assert.equal(user.name, 'system:serviceaccount:shop:default')
    assert.equal(user.uid, account.metadata.uid)
    assert.deepEqual(user.groups, ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'])
    it_.clock.advance(599_000)
    assert.equal(nameOf(await review(token)), 'system:serviceaccount:shop:default')
    it_.clock.advance(1_000)
    assert.match(nameOf(await review(token)), /service account token has expired/)
  })

  it('are good for their audiences only', async () => {
    const token = await issue({ audiences: ['vault'] })
    assert.match(
      nameOf(await review(token)),
      /token audiences \["vault"\] is invalid for the target audiences \["https:\/\/kubernetes\.default\.svc\.cluster\.local"\]/,
    )
    const reviewed = await tokens.review(token, ['other', 'vault'])
    assert.deepEqual(E.isRight(reviewed) && reviewed.right.audiences, ['vault'])
  })

  it('die with the account, and with what they are bound to', async () => {
    const free = await issue()
    const pod = await it_.put('pods', {
      metadata: { name: 'web', namespace: 'shop' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    })
    const boundObject = { apiVersion: 'v1', kind: 'Pod', name: 'web', uid: pod.metadata?.uid ?? '' }
    const bound = await issue({ boundObject })
    const user = await review(bound)
    assert.ok(typeof user !== 'string')
    assert.deepEqual(user.extra['authentication.kubernetes.io/pod-name'], ['web'])
    await it_.remove('pods', 'shop', 'web')
    assert.match(nameOf(await review(bound)), /pod has been deleted/)
    assert.equal(nameOf(await review(free)), 'system:serviceaccount:shop:default')
    await it_.remove('serviceaccounts', 'shop', 'default')
    assert.match(nameOf(await review(free)), /service account has been deleted/)
    // One of the same name is another one.
    await it_.put('serviceaccounts', { metadata: { name: 'default', namespace: 'shop' } })
    assert.match(nameOf(await review(free)), /service account has been deleted/)
  })

  it('may stand in a secret, and then live as long as it', async () => {
    const token = await tokens.legacy('shop', 'robot', { name: 'default', uid: account.metadata.uid })
    assert.match(nameOf(await review(token)), /token has been invalidated/)
    const secret = (data: string) => ({
      metadata: {
        name: 'robot',
        namespace: 'shop',
        annotations: { 'kubernetes.io/service-account.name': 'default' },
      },
      type: 'kubernetes.io/service-account-token',
      data: { token: Buffer.from(data).toString('base64') },
    })
    await it_.put('secrets', secret(token))
    it_.clock.advance(10 * 365 * 24 * 3600 * 1000)
    assert.equal(nameOf(await review(token)), 'system:serviceaccount:shop:default')
    await it_.put('secrets', secret('another'))
    assert.match(nameOf(await review(token)), /token doesn't match server's copy/)
  })

  it('are nobody else’s to make', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { name, uid } = account.metadata
    const forged = await new SignJWT({ 'kubernetes.io': { namespace: 'shop', serviceaccount: { name, uid } } })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(defaultIssuer)
      .setAudience(defaultIssuer)
      .setExpirationTime('10y')
      .sign(privateKey)
    const token = await issue()
    const [header = '', payload = ''] = token.split('.')
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    for (const wrong of [forged, '', 'x', `${header}.${payload}.`, `${none}.${payload}.`, `${token}x`])
      assert.equal(nameOf(await review(wrong)), 'invalid bearer token')
  })

  it('can be checked by others through the published keys, also after a restart', async () => {
    const token = await issue({ audiences: ['vault'] })
    const jwks = tokens.publicDocuments['/openid/v1/jwks']?.() as JSONWebKeySet
    assert.equal(JSON.stringify(jwks).includes('"d"'), false)
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
      issuer: defaultIssuer,
      audience: 'vault',
      currentDate: new Date(it_.clock.now()),
    })
    assert.equal(payload.sub, 'system:serviceaccount:shop:default')
    const restarted = await serviceAccountTokens({ cut: it_.cut, clock: it_.clock, key })
    assert.ok(E.isRight(await restarted.review(token, ['vault'])))
  })
})
