import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { readAuthorization } from '../../../src/security/webhooks/read-authorization.ts'

describe('an AuthorizationConfiguration', () => {
  let directory: string
  let kubeconfig: string
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'pp-authorization-'))
    kubeconfig = join(directory, 'webhook.yaml')
    writeFileSync(
      kubeconfig,
      'current-context: c\ncontexts: [{name: c, context: {cluster: w}}]\nclusters: [{name: w, cluster: {server: "https://judge.example.com/x"}}]\n',
    )
  })
  after(() => rmSync(directory, { recursive: true }))

  const own = [
    { type: 'Node', name: 'node' },
    { type: 'RBAC', name: 'rbac' },
  ]
  const usual = (): object => ({
    timeout: '3s',
    subjectAccessReviewVersion: 'v1',
    failurePolicy: 'Deny',
    connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: kubeconfig },
  })
  const webhook = (more: object = {}) => ({ type: 'Webhook', name: 'w', webhook: { ...usual(), ...more } })
  const read = (authorizers: readonly object[]) =>
    readAuthorization(
      JSON.stringify({ apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthorizationConfiguration', authorizers }),
    )
  const faults = (authorizers: readonly object[]): readonly string[] => {
    const found = read(authorizers)
    assert.ok(E.isLeft(found), JSON.stringify(found))
    return found.left
  }

  it('names who judges in their order, with what Kubernetes means where it says nothing', () => {
    const found = read([webhook(), ...own])
    assert.ok(E.isRight(found))
    assert.deepEqual(found.right, [
      {
        ...{ tag: 'Webhook', name: 'w', version: 'v1', timeoutMilliseconds: 3000, onFailure: 'Deny', conditions: [] },
        access: { server: 'https://judge.example.com/x', insecure: false },
        keptMilliseconds: { allowed: 300_000, other: 30_000 },
      },
      { tag: 'Node' },
      { tag: 'RBAC' },
    ])
  })

  it('has the cluster’s own authorizers, and each but webhooks once', () => {
    assert.deepEqual(faults([]), ['authorizers: Required value: at least one authorization mode must be defined'])
    assert.match(faults([webhook()])[0] ?? '', /^authorizers: Required value: Node and RBAC/)
    assert.deepEqual(faults([...own, { type: 'ABAC', name: 'a' }]), [
      'authorizers[2].type: Unsupported value: "ABAC": supported values: "Node", "RBAC", "Webhook"',
    ])
    assert.deepEqual(faults([...own, ...own]), [
      'authorizers[2].type: Duplicate value: "Node"',
      'authorizers[3].type: Duplicate value: "RBAC"',
    ])
    assert.deepEqual(faults([...own, webhook(), webhook()]), ['authorizers[3].name: Duplicate value: "w"'])
    assert.match(
      faults([...own, { ...webhook(), name: 'W' }])[0] ?? '',
      /authorizer name is invalid: a lowercase RFC 1123/,
    )
    assert.deepEqual(faults([...own, { type: 'Webhook', name: 'w' }]), [
      'authorizers[2].webhook: Required value: required when type=Webhook',
    ])
  })

  it('says of a webhook how it is asked', () => {
    const fault = (more: object): string => {
      const found = faults([...own, webhook(more)])
      assert.equal(found.length, 1, found.join())
      return (found[0] ?? '').replace('authorizers[2].', '')
    }
    assert.equal(fault({ timeout: '31s' }), 'timeout: Invalid value: "31s": must be > 0s and <= 30s')
    assert.equal(fault({ timeout: '0s' }), 'timeout: Required value')
    assert.equal(fault({ timeout: '90s' }), 'timeout: Invalid value: "1m30s": must be > 0s and <= 30s')
    assert.equal(fault({ authorizedTTL: '-1s' }), 'authorizedTTL: Invalid value: "-1s": must be > 0s')
    assert.equal(fault({ subjectAccessReviewVersion: '' }), 'subjectAccessReviewVersion: Required value')
    assert.equal(
      fault({ failurePolicy: 'Allow' }),
      'failurePolicy: Unsupported value: "Allow": supported values: "NoOpinion", "Deny"',
    )
    assert.equal(
      fault({ matchConditions: [{ expression: 'true' }] }),
      'matchConditionSubjectAccessReviewVersion: Required value: required if match conditions are specified',
    )
    const conditions = (...expressions: readonly string[]): string =>
      fault({
        matchConditionSubjectAccessReviewVersion: 'v1',
        matchConditions: expressions.map(expression => ({ expression })),
      })
    assert.match(conditions('request.nothing == 1'), /^matchConditions\[0\].expression: .*undefined field 'nothing'/)
    assert.match(conditions('request.user'), /must evaluate to bool/)
    assert.match(conditions('true', 'true'), /^matchConditions\[1\].expression: Duplicate value/)
    const connection = (kubeConfigFile: string, type = 'KubeConfigFile'): string =>
      fault({ connectionInfo: { type, kubeConfigFile } })
    assert.match(connection('x', 'InClusterConfig'), /^connectionInfo.type: Unsupported value/)
    assert.match(connection('relative'), /must be an absolute path$/)
    assert.match(connection('/nowhere'), /error loading file: /)
    assert.match(connection(directory), /must be a regular file$/)
  })

  it('has lengths of time that Go reads, where zero is what is usual', () => {
    for (const field of ['timeout', 'authorizedTTL', 'unauthorizedTTL']) {
      assert.deepEqual(faults([...own, webhook({ [field]: 'soon' })]), ['time: invalid duration "soon"'])
      assert.deepEqual(faults([...own, webhook({ [field]: '5' })]), ['time: missing unit in duration "5"'])
      assert.deepEqual(faults([...own, webhook({ [field]: '' })]), ['time: invalid duration ""'])
    }
    const zero = read([...own, webhook({ authorizedTTL: '0', unauthorizedTTL: '0s' })])
    assert.ok(E.isRight(zero))
    const [, , third] = zero.right
    assert.ok(third?.tag === 'Webhook')
    assert.deepEqual(third.keptMilliseconds, { allowed: 300_000, other: 30_000 })
  })

  it('leads to servers over https alone', () => {
    const plain = join(directory, 'plain.yaml')
    writeFileSync(
      plain,
      'current-context: c\ncontexts: [{name: c, context: {cluster: w}}]\nclusters: [{name: w, cluster: {server: "http://judge"}}]\n',
    )
    const connectionInfo = { type: 'KubeConfigFile', kubeConfigFile: plain }
    assert.deepEqual(faults([...own, webhook({ connectionInfo })]), [`${plain}: the server must be asked over https`])
  })
})
