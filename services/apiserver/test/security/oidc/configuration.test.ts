import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { anonymousBy } from '../../../src/security/oidc/anonymous.ts'
import { claimsMapper } from '../../../src/security/oidc/map-claims.ts'
import type { Claims } from '../../../src/security/oidc/map-claims.ts'
import { readAuthentication } from '../../../src/security/oidc/read-authentication.ts'

const issuer = { url: 'https://issuer', audiences: ['periplus'] }
const username = { claim: 'sub', prefix: '' }

const read = (...jwt: readonly object[]) =>
  readAuthentication(
    JSON.stringify({ apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthenticationConfiguration', jwt }),
  )

const faults = (...jwt: readonly object[]): readonly string[] => {
  const found = read(...jwt)
  return E.isLeft(found) ? found.left : []
}

const mapped = (config: object, claims: Claims) => {
  const found = read({ issuer, claimMappings: { username }, ...config })
  assert.ok(E.isRight(found), JSON.stringify(found))
  const [jwt] = found.right.jwt ?? []
  assert.ok(jwt)
  const user = claimsMapper(jwt)(claims)
  return E.isLeft(user) ? user.left : user.right
}

describe('authentication configuration', () => {
  it('is refused in Kubernetes’ words where it is wrong', () => {
    const ok = { issuer, claimMappings: { username } }
    assert.deepEqual(faults(ok), [])
    assert.deepEqual(faults(ok, ok), ['jwt[1].issuer.url: Duplicate value: "https://issuer"'])
    assert.deepEqual(faults({ issuer: { url: 'http://me@issuer?a#b', audiences: [] }, claimMappings: { username } }), [
      'jwt[0].issuer.url: Invalid value: "http://me@issuer?a#b": URL scheme must be https',
      'jwt[0].issuer.url: Invalid value: "http://me@issuer?a#b": URL must not contain a username or password',
      'jwt[0].issuer.url: Invalid value: "http://me@issuer?a#b": URL must not contain a query',
      'jwt[0].issuer.url: Invalid value: "http://me@issuer?a#b": URL must not contain a fragment',
      'jwt[0].issuer.audiences: Required value: at least one jwt[0].issuer.audiences is required',
    ])
    assert.match(
      faults({ ...ok, issuer: { ...issuer, url: 'https://kubernetes.default.svc.cluster.local' } }).join(),
      /must not overlap with disallowed issuers/,
    )
    assert.deepEqual(faults({ ...ok, issuer: { ...issuer, audiences: ['a', 'b'] } }), [
      'jwt[0].issuer.audienceMatchPolicy: Invalid value: "": audienceMatchPolicy must be MatchAny for multiple audiences',
    ])
    assert.deepEqual(
      faults({ ...ok, issuer: { ...issuer, audiences: ['a', 'b'], audienceMatchPolicy: 'MatchAny' } }),
      [],
    )
    assert.match(faults({ ...ok, issuer: { ...issuer, certificateAuthority: 'x' } }).join(), /valid RSA or ECDSA/)
    const usernameFaults = (one: object) => faults({ ...ok, claimMappings: { username: one } })
    const at = 'jwt[0].claimMappings.username'
    assert.deepEqual(usernameFaults({ claim: 'sub' }), [
      `${at}.prefix: Required value: prefix is required when claim is set. It can be set to an empty string to disable prefixing`,
    ])
    assert.deepEqual(usernameFaults({}), [`${at}: Required value: claim or expression is required`])
    assert.deepEqual(usernameFaults({ claim: 'sub', prefix: '', expression: 'claims.sub' }), [
      `${at}: Invalid value: "": claim and expression can't both be set`,
    ])
    assert.deepEqual(usernameFaults({ expression: 'claims.sub', prefix: 'x' }), [
      `${at}.prefix: Invalid value: "x": may not be specified when expression is set`,
    ])
    assert.match(usernameFaults({ expression: 'claims.' }).join(), /compilation failed/)
    assert.match(usernameFaults({ expression: 'claims.email' }).join(), /claims.email_verified must be used/)
    assert.deepEqual(faults({ ...ok, claimMappings: { username, uid: { claim: 'a' } } }), [])
  })

  it('is so where an issuer is wrong', () => {
    const issuerFaults = (one: object) => faults({ issuer: { ...issuer, ...one }, claimMappings: { username } })
    const at = 'jwt[0].issuer'
    assert.deepEqual(issuerFaults({ url: '' }), [`${at}.url: Required value`])
    assert.deepEqual(issuerFaults({ url: 'issuer' }), [`${at}.url: Invalid value: "issuer": URL scheme must be https`])
    assert.deepEqual(issuerFaults({ url: 'https://a b' }), [
      `${at}.url: Invalid value: "https://a b": parse "https://a b": invalid character " " in host name`,
    ])
    assert.deepEqual(issuerFaults({ discoveryURL: 'https://issuer/' }), [
      `${at}.discoveryURL: Invalid value: "https://issuer/": discoveryURL must be different from URL`,
    ])
    assert.deepEqual(issuerFaults({ audiences: ['', 'a', 'a'], audienceMatchPolicy: 'MatchAny' }), [
      `${at}.audiences[0]: Required value`,
      `${at}.audiences[2]: Duplicate value: "a"`,
    ])
    assert.deepEqual(issuerFaults({ egressSelectorType: 'etcd' }), [
      `${at}.egressSelectorType: Invalid value: "etcd": egress selector must be either controlplane or cluster`,
    ])
    assert.deepEqual(issuerFaults({ egressSelectorType: 'cluster' }), [
      `${at}.egressSelectorType: Invalid value: "cluster": egress selector is not supported`,
    ])
    assert.deepEqual(faults(...Array.from({ length: 65 }, () => ({ issuer, claimMappings: { username } }))), [
      'jwt: Too many: 65: must have at most 64 items',
    ])
  })

  it('is so where a rule is wrong', () => {
    const ruleFaults = (...claimValidationRules: readonly object[]) =>
      faults({ issuer, claimMappings: { username }, claimValidationRules })
    const at = 'jwt[0].claimValidationRules'
    assert.deepEqual(ruleFaults({ claim: 'a', message: 'm' }, { claim: 'a' }), [
      `${at}[0].message: Invalid value: "m": may not be specified when claim is set`,
      `${at}[1].claim: Duplicate value: "a"`,
    ])
    assert.deepEqual(ruleFaults({ expression: 'true', requiredValue: 'r' }, { expression: 'true' }), [
      `${at}[0].requiredValue: Invalid value: "r": may not be specified when expression is set`,
      `${at}[1].expression: Duplicate value: "true"`,
    ])
    // What a claim is, nobody knows before it comes: a truth has to be made of it.
    for (const expression of ['"text"', 'claims.admin'])
      assert.deepEqual(ruleFaults({ expression }), [
        `${at}[0].expression: Invalid value: ${JSON.stringify(expression)}: must evaluate to bool`,
      ])
    const userFaults = (...userValidationRules: readonly object[]) =>
      faults({ issuer, claimMappings: { username }, userValidationRules })
    assert.match(userFaults({ expression: 'user.nickname == ""' }).join(), /undefined field 'nickname'/)
    assert.deepEqual(userFaults({ expression: '' }, { expression: 'true' }, { expression: 'true' }), [
      'jwt[0].userValidationRules[0].expression: Required value',
      'jwt[0].userValidationRules[2].expression: Duplicate value: "true"',
    ])
  })

  it('is so where what is told besides is wrong', () => {
    const extraFaults = (key: string, valueExpression = 'claims.x') =>
      faults({ issuer, claimMappings: { username, extra: [{ key, valueExpression }] } })
    const at = 'jwt[0].claimMappings.extra[0]'
    assert.deepEqual(extraFaults('a.kubernetes.io/x'), [
      `${at}.key: Invalid value: "a.kubernetes.io/x": k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use`,
    ])
    assert.deepEqual(extraFaults('x'), [
      `${at}.key: Invalid value: "x": must be a domain-prefixed path (such as "acme.io/foo")`,
    ])
    assert.deepEqual(extraFaults('a.io/X'), [`${at}.key: Invalid value: "a.io/X": must be lowercase`])
    assert.deepEqual(extraFaults('a.io/x', ''), [`${at}.valueExpression: Required value`])
  })
})

describe('asking anonymously', () => {
  const at = (anonymous: object, path: string): boolean => {
    const found = readAuthentication(
      JSON.stringify({ apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthenticationConfiguration', anonymous }),
    )
    assert.ok(E.isRight(found), JSON.stringify(found))
    return anonymousBy(found.right)(path)
  }
  it('goes by paths, where they are named', () => {
    assert.ok(at({ enabled: true }, '/api'))
    assert.ok(!at({ enabled: false }, '/livez'))
    assert.ok(at({ enabled: true, conditions: [{ path: '/livez' }] }, '/livez'))
    assert.ok(!at({ enabled: true, conditions: [{ path: '/livez' }] }, '/api'))
  })
})

describe('mapping claims', () => {
  it('takes claims with their prefixes', () => {
    const claimMappings = {
      username: { claim: 'sub', prefix: 'oidc:' },
      groups: { claim: 'roles', prefix: 'role:' },
      uid: { claim: 'id' },
    }
    assert.deepEqual(mapped({ claimMappings }, { sub: 'ann', roles: 'dev', id: 'u' }), {
      name: 'oidc:ann',
      uid: 'u',
      groups: ['role:dev', 'system:authenticated'],
      extra: {},
    })
    assert.deepEqual(mapped({ claimMappings }, { sub: 'ann' }), {
      name: 'oidc:ann',
      uid: '',
      groups: ['system:authenticated'],
      extra: {},
    })
    assert.equal(mapped({ claimMappings }, {}), 'oidc: claim sub is no text')
    assert.match(String(mapped({ claimMappings }, { sub: 'a', roles: [1] })), /neither a text nor a list/)
    const email = { claimMappings: { username: { claim: 'email', prefix: '' } } }
    assert.equal(mapped(email, { email: 'a@b', email_verified: false }), 'oidc: email not verified')
  })

  it('takes what expressions make of them', () => {
    const claimMappings = {
      username: { expression: 'claims.sub + "@" + claims.tenant' },
      groups: { expression: 'claims.roles.split(",").map(r, "t:" + r)' },
      uid: { expression: 'claims.?id.orValue("none")' },
      extra: [
        { key: 'example.com/tenant', valueExpression: 'claims.tenant' },
        { key: 'example.com/none', valueExpression: 'has(claims.none) ? claims.none : null' },
      ],
    }
    assert.deepEqual(mapped({ claimMappings }, { sub: 'ann', tenant: 'north', roles: 'a,b' }), {
      name: 'ann@north',
      uid: 'none',
      groups: ['t:a', 't:b', 'system:authenticated'],
      extra: { 'example.com/tenant': ['north'] },
    })
    assert.match(String(mapped({ claimMappings }, { sub: 'ann', roles: '' })), /no such key: tenant/)
    assert.match(String(mapped({ claimMappings: { username: { expression: 'claims.n' } } }, { n: 5 })), /must return/)
  })

  it('goes by rules about claims and about the user', () => {
    const rules = {
      claimValidationRules: [
        { claim: 'hd', requiredValue: 'example.com' },
        { expression: 'claims.exp - claims.iat <= 86400', message: 'too long' },
      ],
      userValidationRules: [{ expression: "!user.username.startsWith('root')", message: 'not root' }],
    }
    const claims = { sub: 'ann', hd: 'example.com', iat: 0, exp: 10 }
    assert.equal((mapped(rules, claims) as { name: string }).name, 'ann')
    assert.equal(mapped(rules, { ...claims, hd: 'x' }), 'oidc: required claim hd value does not match')
    assert.equal(mapped(rules, { sub: 'ann' }), 'oidc: required claim hd not present in ID token')
    assert.equal(mapped(rules, { ...claims, exp: 100_000 }), 'oidc: too long')
    assert.equal(mapped(rules, { ...claims, sub: 'root' }), 'oidc: not root')
  })

  it('gives nobody a name of the cluster’s own', () => {
    const groups = { claimMappings: { username, groups: { claim: 'groups', prefix: '' } } }
    assert.match(String(mapped(groups, { sub: 'system:admin' })), /reserved/)
    assert.match(String(mapped(groups, { sub: 'a', groups: ['system:masters'] })), /reserved/)
  })
})
