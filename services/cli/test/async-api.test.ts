import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { beginAnew, feedMessage } from '@periplus/log'
import type { RecordedEvent } from '@periplus/log'
import { shippedFile } from '@periplus/service'
import { asyncApiText } from '../src/commands/async-api.ts'
import { feedValidator } from './feed-validator.ts'
import type { AsyncApiDocument } from './feed-validator.ts'

const text = readFileSync(shippedFile('deploy/asyncapi.yaml'), 'utf8')
const document = parse(text) as AsyncApiDocument

const told = (resource: string, group: string, object: object): ReturnType<typeof feedMessage> => {
  const event: RecordedEvent = {
    ref: { group, resource, namespace: 'shop', name: 'web' },
    ...{ id: 'a b', type: 'created', uid: 'u', sequence: 7, previous: 0, time: '2026-01-01T00:00:00.000Z' },
    origin: { actor: 'user:Zoë', component: 'apiserver', causes: [1, 2], correlationId: 'root' },
    body: Buffer.from(JSON.stringify(object)),
  }
  return feedMessage('north', event)
}
const sent = ({ subject, headers, data }: ReturnType<typeof feedMessage>) => ({
  ...{ subject, data },
  headers: headers.map(([name, value]) => `${name}: ${value}\r\n`).join(''),
})

describe('the AsyncAPI document of the feed', function () {
  this.timeout(60_000)

  it('is what the kinds and the messages make of it', () =>
    assert.equal(asyncApiText(), text, "'bin/periplus asyncapi > deploy/asyncapi.yaml' makes it anew"))

  it('has a channel behind each operation, and nothing of Secrets and heartbeats', () => {
    for (const { channel } of Object.values(document.operations))
      assert.ok(document.channels[channel.$ref.slice('#/channels/'.length)], channel.$ref)
    for (const absent of ['secrets.core', 'leases.coordination.k8s.io'])
      assert.equal(document.channels[absent], undefined)
    assert.doesNotMatch(text, /io\.k8s\.api\.core\.v1\.Secret:/)
  })

  it('holds what is sent, and nothing else', () => {
    const whyNot = feedValidator(document)
    const metadata = { name: 'web', namespace: 'shop', uid: 'u' }
    const template = { metadata: {}, spec: { containers: [{ name: 'web', image: 'nginx' }] } }
    const spec = { replicas: 2, selector: { matchLabels: { app: 'web' } }, template }
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec }
    assert.equal(whyNot(sent(told('deployments', 'apps', deployment))), undefined)
    assert.equal(whyNot(sent(told('widgets', 'example.com', { ...deployment, kind: 'Widget' }))), undefined)
    assert.equal(whyNot(sent(beginAnew('north', 'one', { id: 'n', time: '2026-01-01T00:00:00.000Z' }))), undefined)
    const probed = { type: 'Ready', status: 'True', lastProbeTime: null }
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec, status: { conditions: [probed] } }
    assert.equal(whyNot(sent(told('pods', '', pod))), undefined)
    const wrong = { ...deployment, spec: { ...spec, replicas: 'two' } }
    assert.match(whyNot(sent(told('deployments', 'apps', wrong))) ?? '', /replicas should be integer/)
    const { headers, ...rest } = sent(told('deployments', 'apps', deployment))
    assert.match(whyNot({ ...rest, headers: headers.replace('.created.', '.made.') }) ?? '', /ce-type/)
    assert.match(whyNot({ ...rest, subject: 'lines.shop', headers }) ?? '', /no channel/)
  })
})
