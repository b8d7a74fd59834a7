import assert from 'node:assert/strict'
import type { Container, Pod, Service } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { containerEnv } from '../../src/env/container-env.ts'
import { serviceEnv, visibleServices } from '../../src/env/service-env.ts'

const pod: Pod = {
  metadata: { name: 'web', namespace: 'shop', uid: 'u1', labels: { app: 'web' }, annotations: { note: 'hi' } },
  spec: { containers: [], nodeName: 'n1', serviceAccountName: 'sa' },
}
const base64 = (text: string) => Buffer.from(text).toString('base64')
const envOf = (container: Partial<Container>, services: ReadonlyMap<string, string> = new Map()) =>
  containerEnv(
    pod,
    { name: 'c', ...container },
    {
      configMap: name => (name === 'config' ? { data: { COLOUR: 'blue', 'odd key': 'x' } } : undefined),
      secret: name => (name === 'secret' ? { data: { KEY: base64('s3cret') } } : undefined),
      services,
      place: { nodeName: 'n1', hostIps: ['192.168.0.1'], podIps: ['10.0.0.2', 'fd00::2'] },
      allocatable: { cpu: '4', memory: '8Gi', 'ephemeral-storage': '10Gi' },
    },
  )
const values = (container: Partial<Container>, services?: ReadonlyMap<string, string>): Record<string, string> => {
  const env = envOf(container, services)
  if (E.isLeft(env)) throw new Error(env.left)
  return Object.fromEntries(env.right)
}
const field = (fieldPath: string) => values({ env: [{ name: 'X', valueFrom: { fieldRef: { fieldPath } } }] })['X']
const resource = (name: string, divisor?: string, resources?: Container['resources']) =>
  values({
    ...(resources ? { resources } : {}),
    env: [{ name: 'X', valueFrom: { resourceFieldRef: { resource: name, ...(divisor ? { divisor } : {}) } } }],
  })['X']

describe('the environment of a container', () => {
  it('takes whole ConfigMaps and Secrets, with a prefix', () => {
    assert.deepEqual(
      values({ envFrom: [{ prefix: 'C_', configMapRef: { name: 'config' } }, { secretRef: { name: 'secret' } }] }),
      {
        C_COLOUR: 'blue',
        'C_odd key': 'x',
        KEY: 's3cret',
      },
    )
  })
  it('lets its own variables win, and refer to what stands before them', () => {
    const env = [
      { name: 'COLOUR', value: 'red' },
      { name: 'A', value: '$(COLOUR) $(LATER) $(KEY) $(DB_SERVICE_HOST)' },
      { name: 'LATER', value: 'x' },
    ]
    const envFrom = [{ configMapRef: { name: 'config' } }, { secretRef: { name: 'secret' } }]
    const got = values({ env, envFrom }, new Map([['DB_SERVICE_HOST', '10.96.0.9']]))
    assert.equal(got['COLOUR'], 'red')
    assert.equal(got['A'], 'red $(LATER) s3cret 10.96.0.9')
    assert.equal(got['DB_SERVICE_HOST'], '10.96.0.9')
  })
  it('leaves out what is optional and missing', () => {
    const env = [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'none', key: 'k', optional: true } } }]
    assert.deepEqual(values({ env, envFrom: [{ secretRef: { name: 'none', optional: true } }] }), {})
  })
  const refusals: readonly (readonly [string, Partial<Container>, string])[] = [
    ['a missing ConfigMap', { envFrom: [{ configMapRef: { name: 'none' } }] }, 'configmap "none" not found'],
    [
      'a missing Secret',
      { env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'none', key: 'k' } } }] },
      'secret "none" not found',
    ],
    [
      'a missing key',
      { env: [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'config', key: 'k' } } }] },
      "couldn't find key k in ConfigMap shop/config",
    ],
    [
      'a missing key of a Secret',
      { env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'secret', key: 'k' } } }] },
      "couldn't find key k in Secret shop/secret",
    ],
  ]
  for (const [name, container, message] of refusals)
    it(`refuses ${name} in the words of the kubelet`, () => assert.deepEqual(envOf(container), E.left(message)))

  it('knows the fields of the pod', () => {
    assert.deepEqual(
      [
        'metadata.name',
        'metadata.namespace',
        'metadata.uid',
        "metadata.labels['app']",
        "metadata.annotations['note']",
        'spec.nodeName',
        'spec.serviceAccountName',
        'status.podIP',
        'status.podIPs',
        'status.hostIP',
      ].map(field),
      ['web', 'shop', 'u1', 'web', 'hi', 'n1', 'sa', '10.0.0.2', '10.0.0.2,fd00::2', '192.168.0.1'],
    )
  })
  it('knows requests and limits, in units and rounded up', () => {
    const resources = { limits: { cpu: '1500m', memory: '100Mi' }, requests: { cpu: '250m' } }
    assert.equal(resource('limits.cpu', undefined, resources), '2')
    assert.equal(resource('limits.cpu', '1m', resources), '1500')
    assert.equal(resource('requests.cpu', '1m', resources), '250')
    assert.equal(resource('limits.memory', '1Mi', resources), '100')
    assert.equal(resource('limits.memory', '1Gi', undefined), '8')
  })
})

describe('service variables', () => {
  const service = (namespace: string, name: string, clusterIP: string): Service => ({
    metadata: { namespace, name },
    spec: {
      clusterIP,
      ports: [
        { name: 'http', port: 80 },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
    },
  })
  const all = [
    service('default', 'kubernetes', '10.96.0.1'),
    service('shop', 'my-db', '10.96.0.9'),
    service('shop', 'headless', 'None'),
    service('other', 'x', '10.96.0.7'),
  ]
  it('name host, port, and Docker links', () => {
    assert.deepEqual(Object.fromEntries(serviceEnv([service('shop', 'my-db', '10.96.0.9')])), {
      MY_DB_SERVICE_HOST: '10.96.0.9',
      MY_DB_SERVICE_PORT: '80',
      MY_DB_SERVICE_PORT_HTTP: '80',
      MY_DB_SERVICE_PORT_DNS: '53',
      MY_DB_PORT: 'tcp://10.96.0.9:80',
      MY_DB_PORT_80_TCP: 'tcp://10.96.0.9:80',
      MY_DB_PORT_80_TCP_PROTO: 'tcp',
      MY_DB_PORT_80_TCP_PORT: '80',
      MY_DB_PORT_80_TCP_ADDR: '10.96.0.9',
      MY_DB_PORT_53_UDP: 'udp://10.96.0.9:53',
      MY_DB_PORT_53_UDP_PROTO: 'udp',
      MY_DB_PORT_53_UDP_PORT: '53',
      MY_DB_PORT_53_UDP_ADDR: '10.96.0.9',
    })
  })
  it('show the services of the namespace and the API server, or only that', () => {
    const names = (links: boolean) => visibleServices(all, 'shop', links).map(({ metadata }) => metadata?.name)
    assert.deepEqual(names(true), ['kubernetes', 'my-db', 'headless'])
    assert.deepEqual(names(false), ['kubernetes'])
    assert.ok(!serviceEnv(visibleServices(all, 'shop', true)).has('HEADLESS_SERVICE_HOST'))
  })
})
