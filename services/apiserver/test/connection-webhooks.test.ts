import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import { systemClock } from '@periplus/prelude'
import { connectionAdmission } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import { memoryEventLog } from '@periplus/log'
import { startLiveCut } from '@periplus/projection'
import { httpsWebhooks } from '@periplus/webhooks'
import { startWebhookServer } from '@periplus/webhooks/contract'
import type { WebhookServer } from '@periplus/webhooks/contract'
import type { NodeStreams } from '../src/index.ts'
import { clientOf } from './client.ts'
import { namespace } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'

const unreached: NodeStreams = {
  logs: () => Promise.reject(new Error('nobody asks')),
  upgrade: () => Promise.reject(new Error('it was let pass')),
  connect: () => Promise.reject(new Error('it was let pass')),
  connectNode: () => Promise.reject(new Error('it was let pass')),
}

describe('whoever is asked about connections', function () {
  this.timeout(30_000)
  let server: TestServer
  let hook: WebhookServer
  let asked: unknown
  const open: { close(): unknown }[] = []
  before(async () => {
    hook = await startWebhookServer(question => {
      const { request } = question as { readonly request: { readonly uid: string; readonly name: string } }
      asked = request
      const status = { code: 403, message: `attaching to pod '${request.name}' is not allowed` }
      return {
        kind: 'AdmissionReview',
        apiVersion: 'admission.k8s.io/v1',
        response: { uid: request.uid, allowed: false, status },
      }
    })
    const log = memoryEventLog()
    const running = await startLiveCut({ log })
    const client = httpsWebhooks({ resolve: hook.resolve, clock: systemClock })
    open.push(hook, client, running)
    const admitConnection = connectionAdmission({ cut: running.cut, kindsAt, clock: systemClock, webhooks: { client } })
    server = await startTestServer({ log, cut: running.cut, streams: unreached, admitConnection })
    const { post } = clientOf(server)
    await post('/api/v1/namespaces', namespace('default'))
    await post('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
    const spec = { nodeName: 'one', containers: [{ name: 'c', image: 'i' }] }
    assert.equal((await post('/api/v1/namespaces/default/pods', { metadata: { name: 'web' }, spec })).status, 201)
    const made = await post('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', {
      metadata: { name: 'conf' },
      webhooks: [
        {
          name: 'deny.attaching.example.com',
          clientConfig: hook.address(),
          rules: [{ operations: ['CONNECT'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods/attach'] }],
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    })
    assert.equal(made.status, 201)
  })
  after(async () => {
    await server.stop()
    for (const one of open) await one.close()
    assert.deepEqual(server.errors, [])
  })

  /** What is answered to somebody whose connection is refused. */
  const refusedAt = (path: string): Promise<readonly [number | undefined, string]> => {
    const url = `${server.url.replace('https', 'wss')}/api/v1/namespaces/default/pods/web/${path}`
    const socket = new WebSocket(url, 'v5.channel.k8s.io', { ca: server.ca })
    return new Promise((resolve, reject) => {
      socket.on('unexpected-response', (_, response: IncomingMessage) => {
        let body = ''
        response.on('data', (piece: Buffer) => (body += piece.toString()))
        response.on('end', () => resolve([response.statusCode, body]))
      })
      socket.on('open', () => reject(new Error('it was let pass')))
    })
  }

  it('is a validating policy, before any webhook', async () => {
    const { post } = clientOf(server)
    const policies = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'
    const rule = { operations: ['CONNECT'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods/exec'] }
    const made = await post(policies, {
      metadata: { name: 'no-shells' },
      spec: {
        matchConstraints: { resourceRules: [rule] },
        validations: [
          {
            expression: "object.command != ['sh'] || request.subResource != 'exec' || request.name != 'web'",
            message: 'no shells here',
            reason: 'Forbidden',
          },
        ],
      },
    })
    assert.equal(made.status, 201)
    const bound = await post(policies.replace('policies', 'policybindings'), {
      metadata: { name: 'no-shells' },
      spec: { policyName: 'no-shells', validationActions: ['Deny'] },
    })
    assert.equal(bound.status, 201)
    const [code, text] = await refusedAt('exec?command=sh&stdout=true')
    assert.equal(code, 403)
    assert.match(text, /ValidatingAdmissionPolicy 'no-shells' with binding 'no-shells' denied request: no shells here/)
    assert.equal(asked, undefined)
  })

  it('is a webhook, which knows what is asked', async () => {
    const [code, text] = await refusedAt('attach?stdin=true&stdout=true')
    assert.equal(code, 403)
    assert.match(
      text,
      /admission webhook \\"deny\.attaching\.example\.com\\" denied the request: attaching to pod 'web' is not allowed/,
    )
    const { kind, operation, subResource, object } = asked as Record<string, unknown>
    assert.deepEqual(
      [kind, operation, subResource],
      [{ group: '', version: 'v1', kind: 'PodAttachOptions' }, 'CONNECT', 'attach'],
    )
    assert.deepEqual(object, {
      apiVersion: 'v1',
      kind: 'PodAttachOptions',
      container: 'c',
      command: [],
      stdin: true,
      stdout: true,
      stderr: false,
      tty: false,
    })
  })
})
