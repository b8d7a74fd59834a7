import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensurePki, keepIdentity, newClientRequest } from '@periplus/apiserver'
import { virtualClock } from '@periplus/prelude'
import { right } from '../faults/log-of.ts'
import { until } from '../faults/until.ts'
import { removeCluster, testCluster } from './cluster.ts'
import type { TestCluster } from './cluster.ts'

/** The shortest that a certificate may be good for, in seconds. */
const shortest = 600
/** How long it is good for when the agent is shown it, in seconds: another one is due. */
const left = 60

const pod = {
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'reader' } },
  spec: {
    containers: [{ name: 'reader', image: 'busybox:1.36', envFrom: [{ secretRef: { name: 'later' } }] }],
  },
}

describe("a node's certificate that is about to end", function () {
  this.timeout(240_000)
  let cluster: TestCluster

  before(async () => {
    cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
    const { code, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr)
  })
  after(() => removeCluster(cluster))

  it('gives way to another one before that, and the agent that runs goes on with it', async () => {
    const [node = ''] = (await cluster.ok('get nodes -o jsonpath={.items[*].metadata.name}')).split(' ')
    const { home } = cluster
    const path = join(home, 'pki/nodes', `${node}.pem`)
    const pki = await ensurePki({ home, clock: virtualClock(Date.now() - (shortest - left) * 1_000) })
    const { request, key } = await newClientRequest(`system:node:${node}`, ['system:nodes'])
    const usages = ['digital signature', 'client auth']
    const certificate = right(await pki.sign(request, { usages, expirationSeconds: shortest }))
    await keepIdentity(home, node, { ca: pki.ca, certificate, key })
    const end = Date.parse(new X509Certificate(certificate).validTo)
    const before = cluster.processes()['node'] ?? NaN
    process.kill(before, 'SIGKILL')
    const agent = await until('another agent runs', () => {
      const { node: now } = cluster.processes()
      return now !== before && now
    })

    // It asks for the next one by the present one, so before its end.
    const renewed = await until('it has another certificate', () => {
      const now = new X509Certificate(readFileSync(path))
      return Date.parse(now.validTo) > end && now
    })
    assert.match(renewed.subject, new RegExp(`CN=system:node:${node}`))
    await until('the one before is no good any more', () => Date.now() > end, (left + 30) * 1_000)
    // Who asks for a Secret that nobody has asked for yet is known by a certificate.
    await cluster.ok('create secret generic later --from-literal=a=1')
    await cluster.ok('create -f -', JSON.stringify(pod))
    await cluster.ok('wait --for=condition=Ready pod/reader --timeout=60s')
    assert.equal(cluster.processes()['node'], agent, 'nothing was started again')
    const signed = await cluster.ok(
      'get csr -o jsonpath={.items[?(@.spec.signerName=="kubernetes.io/kube-apiserver-client-kubelet")].spec.username}',
    )
    assert.equal(signed, `system:node:${node}`)
  })
})
