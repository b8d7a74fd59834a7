import assert from 'node:assert/strict'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Kind, KubernetesObject } from '@periplus/api'
import { eventOf } from '@periplus/controller'
import { EndpointSlice, Service } from '@periplus/kinds'
import { mutableCut } from '@periplus/projection'
import { freeLoopbackPort, logger } from '@periplus/service'
import { answerHealthChecks } from '../src/index.ts'
import { healthChecksOf } from '../src/health/health-checks.ts'
import { endpoint, service, slice } from './objects.ts'

const host = '127.0.0.1'

const asked = (name: string, port: number, more: Service['spec'] = {}): Service =>
  service(name, { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: port, ...more })

const ask = (port: number): Promise<string> =>
  new Promise(resolve => {
    get({ host, port, agent: false }, (response: IncomingMessage) => {
      let text = `${response.statusCode} ${response.headers['x-load-balancing-endpoint-weight']} `
      response.on('data', chunk => (text += String(chunk)))
      response.on('end', () => resolve(text))
    }).on('error', error => resolve('code' in error ? String(error.code) : error.message))
  })

describe('health checks of services', () => {
  it('are of those whose traffic keeps to a node, and count the ready endpoints on this one', () => {
    const slices = [
      slice('web', [
        endpoint('10.244.1.2'),
        endpoint('10.244.1.3', { conditions: { ready: false } }),
        endpoint('10.244.2.2@there'),
      ]),
    ]
    const services = [
      asked('web', 30001),
      asked('none', 30002),
      asked('web', 30001),
      asked('cluster', 30003, { externalTrafficPolicy: 'Cluster' }),
      asked('node', 30004, { type: 'NodePort' }),
      asked('odd', 70_000),
    ]
    assert.deepEqual(
      [...healthChecksOf(services, slices, 'here')].map(([port, check]) => [port, check.name, check.localEndpoints]),
      [
        [30001, 'web', 1],
        [30002, 'none', 0],
      ],
    )
  })

  it('are answered as kube-proxy answers them, from when a service is there until it is gone', async () => {
    const cut = mutableCut()
    const sequences = new Map<string, number>()
    const put = <A extends KubernetesObject>(kind: Kind<A>, object: A, gone = false): void => {
      const key = `${kind.resource}/${object.metadata?.name}`
      const previous = sequences.get(key) ?? 0
      const named = { ...object, metadata: { ...object.metadata, uid: key } }
      const type = gone ? 'deleted' : previous === 0 ? 'created' : 'spec-changed'
      cut.apply([eventOf(cut.sequence + 1, kind, named, type, previous)])
      sequences.set(key, cut.sequence)
    }
    let isProxyHealthy = true
    const port = await freeLoopbackPort()
    const answering = answerHealthChecks({
      ...{ cut, nodeName: 'here', address: host, isProxyHealthy: () => isProxyHealthy },
      log: logger('test', { write: () => undefined }),
      onBug: error => assert.fail(String(error)),
    })
    try {
      put(Service, asked('web', port))
      put(EndpointSlice, slice('web', [endpoint('10.244.1.2')]))
      await answering.settled()
      const body = '{"service":{"namespace":"default","name":"web"},"localEndpoints":1,"serviceProxyHealthy":true}'
      assert.equal(await ask(port), `200 1 ${body}`)
      isProxyHealthy = false
      assert.match(await ask(port), /^503 1 /)
      isProxyHealthy = true
      put(EndpointSlice, slice('web', [endpoint('10.244.2.2@there')]))
      await answering.settled()
      assert.match(await ask(port), /^503 0 /)
      put(Service, asked('web', port), true)
      await answering.settled()
      assert.equal(await ask(port), 'ECONNREFUSED')
    } finally {
      await answering.stop()
    }
  })
})
