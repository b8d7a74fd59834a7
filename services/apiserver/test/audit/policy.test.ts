import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { confidential } from '../../src/audit/confidential.ts'
import { judgeBy } from '../../src/audit/judge.ts'
import { readAuditPolicy } from '../../src/audit/policy.ts'
import type { Attributes, User } from '../../src/index.ts'

const head = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n'
const faultsOf = (text: string): readonly string[] => {
  const read = readAuditPolicy(text)
  return E.isLeft(read) ? read.left : []
}

const asked = (verb: string, resource: string, more: object = {}): Attributes => ({
  tag: 'Resource',
  ...{ verb, group: '', version: 'v1', resource, subresource: '', namespace: 'shop', name: 'a' },
  ...more,
})
const path = (path: string): Attributes => ({ tag: 'NonResource', verb: 'get', path })
const user = (name: string, ...groups: readonly string[]): User => ({ name, uid: '', groups, extra: {} })

/** The level of a request by a policy of these rules. */
const levelBy = (rules: string) => {
  const read = readAuditPolicy(`${head}rules:\n${rules}`)
  assert.ok(E.isRight(read), JSON.stringify(read))
  const judge = judgeBy(
    read.right,
    confidential(({ resource }) => resource === 'widgets'),
  )
  return (who: User, what: Attributes): string => judge(who, what)?.level ?? 'None'
}

describe('audit policy', () => {
  it('is read as strictly as by Kubernetes', () => {
    assert.deepEqual(faultsOf(`${head}rules: []`), ['loaded illegal policy with 0 rules'])
    assert.deepEqual(faultsOf('rules: [{level: Metadata}]'), ['must say apiVersion: audit.k8s.io/v1 and kind: Policy'])
    assert.match(faultsOf(`${head}rules: [{level: Metadata, user: [bob]}]`).join(), /unknown field "rules\[0\].user"/)
    assert.match(faultsOf(`${head}rules: [{level: Metadata, level: None}]`).join(), /level/)
    assert.match(faultsOf('apiVersion: audit.k8s.io/v2\nkind: Policy\nrules: [{level: None}]').join(), /does not match/)
    assert.deepEqual(
      faultsOf(`${head}omitStages: [Soon]
rules:
- {level: Everything}
- {level: ''}
- {level: Request, nonResourceURLs: [healthz, '/a*b', '*'], namespaces: [x]}
- {level: Request, resources: [{group: apps/v1, resourceNames: [a]}], omitStages: [Later]}`),
      [
        'omitStages[0]: Invalid value: "Soon": allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic',
        'rules[0].level: Unsupported value: "Everything": supported values: "None", "Metadata", "Request", "RequestResponse"',
        'rules[1].level: Required value',
        'rules[2].nonResourceURLs[0]: Invalid value: "healthz": non-resource URL rules must begin with a \'/\' character',
        'rules[2].nonResourceURLs[1]: Invalid value: "/a*b": non-resource URL wildcards \'*\' must be the final character of the rule',
        'rules[2].nonResourceURLs: Invalid value: ["healthz","/a*b","*"]: rules cannot apply to both regular resources and non-resource URLs',
        "rules[3].resources.group: Invalid value: \"apps/v1\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
        'rules[3].resources.resourceNames: Invalid value: ["a"]: using resourceNames requires at least one resource',
        'rules[3].omitStages[0]: Invalid value: "Later": allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic',
      ],
    )
  })

  it('goes by the first rule that matches, and tells nothing where none does', () => {
    const level = levelBy(`
- {level: None, users: [system:kube-proxy], verbs: [watch]}
- {level: Request, userGroups: [ops, dev], namespaces: [shop]}
- {level: Metadata, namespaces: ['']}
- {level: Metadata, nonResourceURLs: ['/healthz*', /version]}`)
    assert.equal(level(user('system:kube-proxy', 'ops'), asked('watch', 'pods')), 'None')
    assert.equal(level(user('system:kube-proxy', 'ops'), asked('get', 'pods')), 'Request')
    assert.equal(level(user('eve'), asked('get', 'pods')), 'None')
    assert.equal(level(user('eve'), asked('get', 'nodes', { namespace: '' })), 'Metadata')
    assert.equal(level(user('eve'), path('/healthz/ready')), 'Metadata')
    assert.equal(level(user('eve'), path('/version')), 'Metadata')
    assert.equal(level(user('eve'), path('/versions')), 'None')
  })

  it('leaves managed fields in or out by the rule, where that says so, else by the policy', () => {
    const read = readAuditPolicy(`${head}omitManagedFields: true
rules: [{level: Request, verbs: [get], omitManagedFields: false}, {level: Request}]`)
    assert.ok(E.isRight(read))
    const judge = judgeBy(read.right, () => false)
    assert.equal(judge(user('bob'), asked('get', 'pods'))?.omitManagedFields, false)
    assert.equal(judge(user('bob'), asked('list', 'pods'))?.omitManagedFields, true)
  })

  it('names resources as Kubernetes does', () => {
    const level = levelBy(`
- {level: Metadata, resources: [{resources: [pods]}]}
- {level: Request, resources: [{resources: ['pods/*', '*/scale']}]}
- {level: RequestResponse, resources: [{resources: [configmaps], resourceNames: [a]}, {group: apps}]}`)
    const bob = user('bob')
    assert.equal(level(bob, asked('get', 'pods')), 'Metadata')
    assert.equal(level(bob, asked('get', 'pods', { subresource: 'log' })), 'Request')
    assert.equal(level(bob, asked('get', 'replicationcontrollers', { subresource: 'scale' })), 'Request')
    assert.equal(level(bob, asked('get', 'configmaps')), 'RequestResponse')
    assert.equal(level(bob, asked('get', 'configmaps', { name: 'b' })), 'None')
    assert.equal(level(bob, asked('get', 'deployments', { group: 'apps' })), 'RequestResponse')
    assert.equal(level(bob, asked('get', 'deployments', { group: 'batch' })), 'None')
  })

  it('tells no more than metadata of what carries secrets or tokens, whatever it says', () => {
    const level = levelBy('- {level: RequestResponse}')
    const bob = user('bob')
    assert.equal(level(bob, asked('create', 'secrets')), 'Metadata')
    assert.equal(level(bob, asked('create', 'serviceaccounts', { subresource: 'token' })), 'Metadata')
    assert.equal(level(bob, asked('create', 'serviceaccounts')), 'RequestResponse')
    assert.equal(level(bob, asked('create', 'tokenreviews', { group: 'authentication.k8s.io' })), 'Metadata')
    assert.equal(level(bob, asked('update', 'widgets', { group: 'example.com' })), 'Metadata', 'what is sealed')
  })
})
