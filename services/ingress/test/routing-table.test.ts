import assert from 'node:assert/strict'
import type { KubernetesObject } from '@periplus/api'
import { cutOf } from '@periplus/controller'
import { certificateFor, plainHost, routeFor } from '../src/routes/find-route.ts'
import { routingTable } from '../src/routes/routing-table.ts'
import { certificate, ingress, ourClass, rule, secret, service, toService } from './objects.ts'

const tableOf = (...objects: readonly KubernetesObject[]) => routingTable(cutOf([ourClass, ...objects]))

const shop = ['one', 'two', 'three', 'four'].flatMap(name => service(`shop/${name}`, '10.244.1.2'))

/** The service that a request is led to. */
const leads = (table: ReturnType<typeof tableOf>, host: string, path: string): string | undefined => {
  const route = routeFor(table, plainHost(host), path)
  return route && (route.backend?.name ?? 'nowhere')
}

describe('what Ingresses want served', () => {
  it('is the longest path that a request is below, element by element, and an exact one before others', () => {
    const table = tableOf(
      ...shop,
      ingress('shop/i', 1, {
        rules: [
          rule('a.example', ['/', 'one'], ['/foo', 'two'], ['/foo', 'three', 'Exact'], ['/foo/bar/', 'four']),
          rule('b.example', ['/only', 'one', 'Exact'], ['/any', 'two', 'ImplementationSpecific']),
        ],
      }),
    )
    for (const [path, name] of [
      ['/', 'one'],
      ['/other', 'one'],
      ['/foobar', 'one'],
      ['/FOO', 'one'],
      ['/foo', 'three'],
      ['/foo/', 'two'],
      ['/foo/x', 'two'],
      ['/foo/bar', 'four'],
      ['/foo/bar/', 'four'],
      ['/foo/bar/x', 'four'],
      ['/foo/barx', 'two'],
    ] as const)
      assert.equal(leads(table, 'a.example', path), `shop/${name}:80`, path)
    assert.equal(leads(table, 'b.example', '/only'), 'shop/one:80')
    assert.equal(leads(table, 'b.example', '/any/thing'), 'shop/two:80')
    for (const path of ['/only/', '/', '/o', '*']) assert.equal(leads(table, 'b.example', path), undefined, path)
    assert.deepEqual(table.problems, [])
  })

  it('is a host’s own before a wildcard’s, which stands for one label, before what is for all', () => {
    const table = tableOf(
      ...shop,
      ingress('shop/i', 1, {
        rules: [rule('a.example.org', ['/', 'one']), rule('*.example.org', ['/', 'two']), rule('', ['/x', 'three'])],
        defaultBackend: toService('four'),
      }),
    )
    for (const [host, name] of [
      ['a.example.org', 'one'],
      ['A.Example.org.:8080', 'one'],
      ['b.example.org', 'two'],
      ['a.b.example.org', 'four'],
      ['example.org', 'four'],
      ['', 'four'],
      ['10.0.0.1:80', 'four'],
    ] as const)
      assert.equal(leads(table, host, '/'), `shop/${name}:80`, host)
    assert.equal(leads(table, 'else', '/x'), 'shop/three:80')
  })

  it('is a back end by default for what fits no path of its hosts', () => {
    const table = tableOf(
      ...shop,
      ingress('shop/i', 1, { rules: [rule('a.example', ['/one', 'one'])], defaultBackend: toService('two') }),
      ingress('shop/j', 2, { rules: [rule('b.example', ['/one', 'one'])] }),
    )
    assert.equal(leads(table, 'a.example', '/'), 'shop/two:80')
    assert.equal(leads(table, 'b.example', '/'), undefined)
    assert.equal(leads(table, 'c.example', '/one'), 'shop/two:80')
  })

  it('leaves a host to the namespace that named it first, with all below its wildcard', async () => {
    const table = tableOf(
      ...shop,
      ...service('thief/evil', '10.244.1.9'),
      ingress('shop/i', 1, { rules: [rule('a.example', ['/', 'one']), rule('*.b.example', ['/', 'two'])] }),
      ingress('thief/i', 2, {
        rules: [
          rule('a.example', ['/login', 'evil']),
          rule('c.b.example', ['/', 'evil']),
          rule('own.example', ['/', 'evil']),
        ],
        tls: [{ hosts: ['a.example'], secretName: 'mine' }],
      }),
      secret('thief/mine', await certificate('a.example')),
    )
    assert.equal(leads(table, 'a.example', '/login'), 'shop/one:80')
    assert.equal(leads(table, 'c.b.example', '/'), 'shop/two:80')
    assert.equal(leads(table, 'own.example', '/'), 'thief/evil:80')
    assert.equal(certificateFor(table, 'a.example'), undefined)
    assert.deepEqual(
      table.problems.map(({ ingress: of, reason, message }) => [of.metadata.namespace, reason, message]),
      ['a.example', 'c.b.example'].map(host => [
        'thief',
        'HostTaken',
        `host "${host}" belongs to another namespace, which named it before`,
      ]),
    )
  })

  it('leaves a host to it though an older Ingress of another namespace names it later', () => {
    const older = ingress('thief/i', 1, {
      rules: [rule('own.example', ['/', 'evil']), rule('a.example', ['/', 'evil']), rule('x.b.example', ['/', 'evil'])],
    })
    const table = tableOf(
      ...shop,
      ...service('thief/evil', '10.244.1.9'),
      {
        ...older,
        metadata: {
          ...older.metadata,
          annotations: {
            'ingress.periplus.io/hosts-since':
              '{"a.example":"2026-01-01T00:03:00.000Z","x.b.example":"2026-01-01T00:03:00.000Z"}',
          },
        },
      },
      ingress('shop/i', 2, { rules: [rule('a.example', ['/', 'one']), rule('*.b.example', ['/', 'two'])] }),
    )
    assert.equal(leads(table, 'own.example', '/'), 'thief/evil:80')
    assert.equal(leads(table, 'a.example', '/'), 'shop/one:80')
    assert.equal(leads(table, 'x.b.example', '/'), 'shop/two:80')
  })

  it('takes as many paths of one host as a request may be compared with, and tells of the rest', () => {
    const many = 6_000
    const table = tableOf(
      ...shop,
      ingress('shop/i', 1, {
        rules: [
          rule('a.example', ...Array.from({ length: many }, (_, n) => [`/p${n}`, 'one'] as const)),
          rule('b.example', ['/', 'two']),
        ],
      }),
    )
    assert.equal(leads(table, 'a.example', '/p4095'), 'shop/one:80')
    assert.equal(leads(table, 'a.example', '/p4096'), undefined)
    assert.equal(leads(table, 'b.example', '/'), 'shop/two:80')
    assert.equal(table.problems.filter(({ reason }) => reason === 'TooManyPaths').length, many - 4_096)
  })

  it('joins Ingresses of one namespace about one host; of the same path the older has it', () => {
    const table = tableOf(
      ...shop,
      ingress('shop/b', 1, { rules: [rule('a.example', ['/x', 'one'])] }),
      ingress('shop/a', 2, { rules: [rule('a.example', ['/x', 'two'], ['/y', 'two'])] }),
    )
    assert.equal(leads(table, 'a.example', '/x'), 'shop/one:80')
    assert.equal(leads(table, 'a.example', '/y'), 'shop/two:80')
    assert.deepEqual(
      table.problems.map(({ ingress: of, reason }) => [of.metadata.name, reason]),
      [['a', 'PathTaken']],
    )
  })

  it('are endpoints that are ready, none of them the machine’s own', () => {
    const table = tableOf(
      ...service('shop/web', '10.244.1.2', '127.0.0.1', '0.0.0.0', '169.254.169.254', '10.244.1.3'),
      ingress('shop/i', 1, { rules: [rule('a.example', ['/', 'web'])] }),
    )
    assert.deepEqual(
      routeFor(table, 'a.example', '/')?.backend?.targets.map(({ ip, port }) => `${ip}:${port}`),
      ['10.244.1.2:8080', '10.244.1.3:8080'],
    )
  })

  it('says what it cannot lead to, and still serves the rest', () => {
    const outside = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'outside', namespace: 'shop' } }
    const table = tableOf(
      ...shop,
      { ...outside, spec: { type: 'ExternalName', externalName: 'localhost' } } as KubernetesObject,
      ingress('shop/i', 1, {
        rules: [
          rule('a.example', ['/', 'one'], ['/none', 'none'], ['/outside', 'outside']),
          { http: { paths: [{ path: '/p', pathType: 'Prefix', backend: toService('one', 81) }] } },
        ],
        defaultBackend: { resource: { kind: 'Bucket', name: 'b' } },
      }),
    )
    assert.equal(leads(table, 'a.example', '/'), 'shop/one:80')
    for (const path of ['/none', '/outside']) assert.equal(leads(table, 'a.example', path), 'nowhere')
    assert.deepEqual(
      table.problems.map(({ message }) => message),
      [
        'there is no service "none"',
        'service "outside" is a name for another host, to which nothing is passed on',
        'service "one" has no port 81',
        'a back end that is a Bucket is not supported: only services are',
      ],
    )
  })

  it('shows certificates by host, and says of a Secret why it has none without a word of what it holds', async () => {
    const [one, other] = [await certificate('a.example'), await certificate('b.example')]
    const table = tableOf(
      ...shop,
      ingress('shop/i', 1, {
        rules: [rule('rules.example', ['/', 'one'])],
        tls: [
          { hosts: ['a.example', '*.c.example'], secretName: 'good' },
          { secretName: 'good' },
          ...['absent', 'empty', 'text', 'other', 'keyless'].map(secretName => ({ hosts: [secretName], secretName })),
        ],
      }),
      secret('shop/good', one),
      secret('shop/empty', {}),
      secret('shop/text', { 'tls.crt': 'hunter2', 'tls.key': 'hunter2' }),
      secret('shop/other', { 'tls.crt': one['tls.crt'], 'tls.key': other['tls.key'] }),
      secret('shop/keyless', { 'tls.crt': one['tls.crt'], 'tls.key': 'hunter2' }),
    )
    for (const host of ['a.example', 'x.c.example', 'rules.example'])
      assert.equal(certificateFor(table, host)?.chain, one['tls.crt'], host)
    for (const host of ['b.example', 'text', 'c.example']) assert.equal(certificateFor(table, host), undefined)
    assert.deepEqual(
      table.problems.map(({ reason, message }) => `${reason} ${message.split(': ')[1]}`),
      [
        'NoCertificate there is none',
        'NoCertificate it has no tls.crt and tls.key',
        'NoCertificate its tls.crt is no certificate',
        'NoCertificate its tls.key is not the key of its certificate',
        'NoCertificate its tls.key is no private key',
      ],
    )
  })

  it('are those of our class, by its field or its older annotation, that are not on their way out', () => {
    const named = (name: string, metadata: object, ingressClassName?: string): KubernetesObject =>
      ({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name, namespace: 'shop', ...metadata },
        spec: { ...(ingressClassName ? { ingressClassName } : {}), rules: [rule(`${name}.example`, ['/', 'one'])] },
      }) as KubernetesObject
    const table = tableOf(
      ...shop,
      named('field', {}, 'periplus'),
      named('older', { annotations: { 'kubernetes.io/ingress.class': 'periplus' } }),
      named('none', {}),
      named('others', {}, 'nginx'),
      named('gone', { deletionTimestamp: '2026-01-01T00:00:00Z' }, 'periplus'),
    )
    assert.deepEqual([...table.hosts.keys()].sort(), ['field.example', 'older.example'])
  })
})
