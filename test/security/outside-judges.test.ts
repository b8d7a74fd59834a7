import assert from 'node:assert/strict'
import { E, seededRandom, systemClock } from '@periplus/prelude'
import { accessWebhook, readAuthorization, reviewWebhook } from '@periplus/apiserver'
import type { JudgeOf } from '@periplus/apiserver'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { httpsWebhooks } from '@periplus/webhooks'
import type { WebhookClient } from '@periplus/webhooks'
import { startWebhookServer } from '@periplus/webhooks/contract'
import type { WebhookServer } from '@periplus/webhooks/contract'
import { guardedCluster } from './guarded-cluster.ts'
import type { ApiUser, GuardedCluster } from './guarded-cluster.ts'

interface Spec {
  readonly user?: string
  readonly resourceAttributes?: Readonly<Record<string, string>>
  readonly nonResourceAttributes?: Readonly<Record<string, string>>
}

/** What the server outside says, by `<user> <verb> <resource>`. */
type Says = Readonly<Record<string, object | 'nothing'>>

const configMaps = '/api/v1/namespaces/default/configmaps'

describe('servers outside that judge', () => {
  let directory: string
  let server: WebhookServer
  let client: WebhookClient
  let cluster: GuardedCluster
  let ann: ApiUser
  let says: Says = {}
  let judges: readonly JudgeOf[] = []
  let present: readonly JudgeOf[] = []
  const asked: string[] = []

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'pp-judges-'))
    server = await startWebhookServer(question => {
      const { spec } = question as { readonly spec: Spec }
      const { verb = '', resource = '' } = spec.resourceAttributes ?? {}
      const name = `${spec.user} ${verb} ${resource}`
      asked.push(name)
      const said = says[name] ?? { allowed: false }
      return said === 'nothing' ? undefined : { ...(question as object), status: said }
    })
    const { url, caBundle } = server.address()
    const kubeconfig = join(directory, 'webhook.yaml')
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        clusters: [{ name: 'w', cluster: { server: url, 'certificate-authority-data': caBundle } }],
        contexts: [{ name: 'w', context: { cluster: 'w', user: 'w' } }],
        'current-context': 'w',
        users: [],
      }),
    )
    const webhook = (name: string, failurePolicy: string, conditions: readonly string[]): string =>
      JSON.stringify({
        type: 'Webhook',
        name,
        webhook: {
          timeout: '1s',
          subjectAccessReviewVersion: 'v1',
          matchConditionSubjectAccessReviewVersion: 'v1',
          cacheAuthorizedRequests: false,
          cacheUnauthorizedRequests: false,
          failurePolicy,
          connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: kubeconfig },
          matchConditions: conditions.map(expression => ({ expression })),
        },
      })
    const configured = readAuthorization(`
      apiVersion: apiserver.config.k8s.io/v1
      kind: AuthorizationConfiguration
      authorizers:
        - ${webhook('first', 'Deny', [`has(request.resourceAttributes)`, `request.resourceAttributes.resource == 'secrets'`])}
        - { type: Node, name: node }
        - { type: RBAC, name: rbac }
        - ${webhook('last', 'NoOpinion', [`request.user != 'bob'`])}
    `)
    assert.ok(E.isRight(configured), JSON.stringify(configured))
    client = httpsWebhooks({ resolve: () => E.left('none'), clock: systemClock })
    judges = configured.right.map(one => {
      if (one.tag !== 'Webhook') return one.tag
      const { access, timeoutMilliseconds } = one
      const ask = reviewWebhook({
        ...{ access, client, timeoutMilliseconds, patienceMilliseconds: 60_000 },
        ...{ clock: systemClock, random: seededRandom(1) },
      })
      return accessWebhook({ configured: one, ask, clock: systemClock, onTrouble: () => undefined })
    })
    present = judges
    cluster = await guardedCluster({ judges: () => present })
    ann = await cluster.user('ann')
    const create = (path: string, body: object): Promise<unknown> => cluster.admin.ask(path, { method: 'POST', body })
    const role = { rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['*'] }] }
    await create('/apis/rbac.authorization.k8s.io/v1/clusterroles', { metadata: { name: 'keeper' }, ...role })
    await create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: 'keeper' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'keeper' },
      subjects: [{ kind: 'User', name: 'ann' }],
    })
  })
  beforeEach(() => {
    says = {}
    asked.length = 0
  })
  after(async () => {
    await cluster.stop()
    client.close()
    await server.close()
    rmSync(directory, { recursive: true })
  })

  it('are those of the list of the moment', async () => {
    says = { 'ann list configmaps': { allowed: true } }
    assert.equal((await ann.ask(configMaps)).status, 200)
    present = ['Node', 'RBAC']
    assert.equal((await ann.ask(configMaps)).status, 403)
    const [last] = asked.splice(0).slice(-1)
    assert.equal(typeof last, 'string')
    present = judges
    assert.equal((await ann.ask(configMaps)).status, 200)
  })

  it('allow what no rule allows, and say why where they do not', async () => {
    says = { 'ann list configmaps': { allowed: true, reason: 'friends' } }
    assert.equal((await ann.ask(configMaps)).status, 200)
    says = { 'ann list configmaps': { allowed: false, reason: 'on Sundays' } }
    const refused = await ann.ask(configMaps)
    assert.equal(refused.status, 403)
    assert.match(
      refused.message,
      /User "ann" cannot list resource "configmaps" .* in the namespace "default": on Sundays$/,
    )
  })

  it('forbid what a rule allows, where they come first', async () => {
    const secrets = '/api/v1/namespaces/default/secrets'
    assert.equal((await ann.ask(secrets)).status, 200, 'without an opinion, the rules judge')
    assert.deepEqual(asked, ['ann list secrets'], 'and who comes after them is not asked')
    says = { 'ann list secrets': { allowed: false, denied: true, reason: 'sealed' } }
    const refused = await ann.ask(secrets)
    assert.equal(refused.status, 403)
    assert.match(refused.message, /: sealed$/)
    says = { 'ann list secrets': 'nothing' }
    const silent = await ann.ask(secrets)
    assert.equal(silent.status, 500)
    assert.match(silent.message, /^Internal error occurred: Post .*: context deadline exceeded$/)
  })

  it('are not asked about masters, nor where their conditions are not met', async () => {
    assert.equal((await cluster.admin.ask('/api/v1/namespaces/default/secrets')).status, 200)
    assert.equal((await (await cluster.user('bob')).ask(configMaps)).status, 403)
    assert.deepEqual(asked, [])
  })

  it('are asked for each right that a request takes, and nothing is written twice', async () => {
    const path = `${configMaps}/applied?fieldManager=test`
    const apply = {
      method: 'PATCH',
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: applied }\n',
    }
    says = { 'ann patch configmaps': { allowed: true } }
    const refused = await ann.ask(path, apply)
    assert.equal(refused.status, 403)
    assert.match(refused.message, /cannot create resource "configmaps"/)
    says = { ...says, 'ann create configmaps': { allowed: true } }
    const before = cluster.log.slice(1).length
    assert.equal((await ann.ask(path, apply)).status, 201)
    assert.equal(cluster.log.slice(1).length, before + 1)
    assert.deepEqual(
      asked,
      [...Array<string>(2).fill('ann patch configmaps|ann create configmaps')].join('|').split('|'),
    )
  })

  it('may let somebody give away what he does not have', async () => {
    const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles'
    const role = (name: string) => ({
      method: 'POST',
      body: { metadata: { name }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
    })
    says = { 'ann create roles': { allowed: true } }
    const refused = await ann.ask(roles, role('one'))
    assert.equal(refused.status, 403)
    assert.match(refused.message, /attempting to grant RBAC permissions not currently held/)
    says = { ...says, 'ann escalate roles': { allowed: true } }
    assert.equal((await ann.ask(roles, role('two'))).status, 201)
  })

  it('let somebody act as another', async () => {
    const headers = { 'impersonate-user': 'carl' }
    assert.equal((await ann.ask(configMaps, { headers })).status, 403)
    says = { 'ann impersonate users': { allowed: true }, 'carl list configmaps': { allowed: true } }
    assert.equal((await ann.ask(configMaps, { headers })).status, 200)
  })

  it('judge what reviews ask about, and say whether they forbid it', async () => {
    const review = async (resource: string): Promise<unknown> => {
      const resourceAttributes = { verb: 'list', resource, namespace: 'default' }
      const body = { spec: { user: 'ann', resourceAttributes } }
      const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
      return (await cluster.admin.ask(path, { method: 'POST', body })).json['status']
    }
    says = {
      'ann list pods': { allowed: true, reason: 'friends' },
      'ann list secrets': { denied: true, allowed: false },
      'ann list nodes': 'nothing',
    }
    assert.deepEqual(await review('pods'), { allowed: true, reason: 'friends' })
    assert.deepEqual(await review('secrets'), { allowed: false, denied: true })
    const silent = (await review('nodes')) as { allowed: boolean; evaluationError: string }
    assert.equal(silent.allowed, false)
    assert.match(silent.evaluationError, /context deadline exceeded$/)
    const rules = await ann.ask('/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
      method: 'POST',
      body: { spec: { namespace: 'default' } },
    })
    const { incomplete, evaluationError } = rules.json['status'] as Readonly<Record<string, unknown>>
    assert.equal(incomplete, true)
    assert.equal(evaluationError, 'webhook authorizer does not support user rule resolution')
  })

  it('cannot be asked about each of many objects, which is refused', async () => {
    for (const path of ['/api/v1/configmaps?scope=mine', '/history?since=1']) {
      const refused = await ann.ask(path)
      assert.equal(refused.status, 501, path)
      assert.match(refused.message, /where servers outside judge/)
    }
  })
})
