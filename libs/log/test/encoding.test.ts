import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { E } from '@periplus/prelude'
import { messageOf } from '../src/encoding/cloud-event.ts'
import { eventOf as read } from '../src/encoding/read-event.ts'
import { headerText, textOfHeader } from '../src/encoding/header-text.ts'
import { fullSubjectOf } from '../src/encoding/subject.ts'
import { refOfSubject, subjectOf, subjectToken, tokenText } from '../src/index.ts'
import type { Upcaster } from '../src/index.ts'
import { eventOf, right } from '../src/contract/events.ts'

const text = fc.string({ unit: 'grapheme', minLength: 1 })

describe('subjects', () => {
  it('are written as the design says', () => {
    const web = { group: 'apps', resource: 'deployments', namespace: 'default', name: 'web' }
    assert.equal(subjectOf(web), 'objects.apps.deployments.default.web')
    const role = { group: 'rbac.authorization.k8s.io', resource: 'clusterroles', namespace: '', name: 'system:node' }
    assert.equal(subjectOf(role), 'objects.rbac_authorization_k8s_io.clusterroles.-.system:node')
    const pod = { group: '', resource: 'pods', namespace: 'kube-system', name: 'a.b_c' }
    assert.equal(subjectOf(pod), 'objects.core.pods.kube-system.a_b%5Fc')
  })

  it('can be read back, whatever the names are', () => {
    const maybe = fc.oneof(fc.constantFrom('', 'core', '-', '.', '_', '%', '*', '>', ' ', '%5F', 'é\u0000'), text)
    fc.assert(
      fc.property(maybe, text, maybe, text, (group, resource, namespace, name) => {
        const ref = { group, resource, namespace, name }
        const subject = subjectOf(ref)
        assert.match(subject, /^objects(\.[!-~]+){4}$/)
        assert.doesNotMatch(subject, /[*> ]/)
        assert.deepEqual(refOfSubject(subject), ref)
      }),
    )
  })

  it('stay within what a server takes, however long the names, and can still be read back', () => {
    const long = fc.tuple(fc.constantFrom('a', '.', '_', 'é', '😀', '%', '~', ' '), fc.integer({ min: 1, max: 3_000 }))
    const name = long.map(([unit, count]) => unit.repeat(count))
    fc.assert(
      fc.property(fc.tuple(name, name, name, name), ([group, resource, namespace, name]) => {
        const ref = { group, resource, namespace, name }
        const subject = subjectOf(ref)
        assert.ok(subject.length < 2_000)
        assert.match(subject, /^objects(\.[!-~]+){4}$/)
        assert.deepEqual(refOfSubject(subject, fullSubjectOf(ref)), ref)
        assert.notEqual(subjectOf({ ...ref, name: `${name}a` }), subject)
      }),
      { numRuns: 20 },
    )
  })

  it("that hold a digest are nobody's without the whole name", () => {
    const ref = { group: '', resource: 'pods', namespace: 'default', name: 'a'.repeat(4_000) }
    const other = { ...ref, name: 'b'.repeat(4_000) }
    assert.equal(refOfSubject(subjectOf(ref)), undefined)
    assert.equal(refOfSubject(subjectOf(ref), fullSubjectOf(other)), undefined)
    assert.equal(refOfSubject('objects.core.pods.default.%61'), undefined, 'an object has one subject')
  })

  it('keep any text in one token', () => {
    fc.assert(
      fc.property(text, value => {
        assert.doesNotMatch(subjectToken(value), /[.*>\s]/)
        assert.equal(tokenText(subjectToken(value)), value)
      }),
    )
  })

  it('of others are not taken for ours', () => {
    for (const subject of ['objects.core.pods.default', 'objects.core.pods.default.a.b', 'things.core.pods.default.a'])
      assert.equal(refOfSubject(subject), undefined)
  })
})

describe('headers', () => {
  it('carry any text as printable ASCII', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.constantFrom('a b', '"', '%', "it's", 'x\r\nce-actor: user:root')), value => {
        assert.match(headerText(value), /^[!#-~]*$/)
        assert.equal(textOfHeader(headerText(value)), value)
      }),
    )
  })
})

/** As the first events lie in the log, which had no digests yet; `samples.test.ts` has those of every form. */
const sample = JSON.parse(readFileSync(new URL('./samples/created.1.json', import.meta.url), 'utf8')) as {
  subject: string
  headers: readonly string[]
  body: object
}

const stored = (headers: readonly string[] = sample.headers) => ({
  subject: sample.subject,
  sequence: 42,
  time: 0,
  headers: headers.map(line => `${line}\r\n`).join(''),
  data: Buffer.from(JSON.stringify(sample.body)),
})

const decode = (...args: Parameters<typeof read>) => right(read(...args))

/** Why a message is no event. */
const refusal = (...args: Parameters<typeof read>): string =>
  E.fold(
    (reason: string) => reason,
    () => 'none',
  )(read(...args))

describe('events', () => {
  it('of the first shape can still be read', () => {
    const event = decode(stored())
    assert.deepEqual(
      { ...event, body: undefined },
      {
        sequence: 42,
        id: '0190f5fe-0000-7000-8000-000000000000',
        type: 'created',
        ref: { group: 'apps', resource: 'replicasets', namespace: 'default', name: 'web-1' },
        uid: '0190f5fe-0000-7000-8000-000000000001',
        previous: 0,
        origin: {
          actor: 'controller:deployment',
          component: 'controllers',
          causes: [40, 41],
          decisionId: 'decision 7',
          correlationId: 'root',
        },
        time: '2024-05-01T10:00:00.000Z',
        body: undefined,
      },
    )
  })

  it('are read whatever the order of their headers, and whatever stands between them', () => {
    const event = decode(stored())
    const others = ['X-Trace: 7', 'ce-dataschema: none']
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...sample.headers, ...others], { minLength: sample.headers.length + 2 }),
        headers => {
          assert.deepEqual(decode(stored(headers)), event)
        },
      ),
    )
    assert.equal(
      decode(stored(sample.headers.filter(line => !line.startsWith('ce-decisionid')))).origin.decisionId,
      undefined,
    )
    assert.equal(decode(stored([...sample.headers, 'Nats-Rollup: sub'])).rollup, true)
  })

  it('of an old shape are read through upcasters, one after another', () => {
    const was = (type: string): readonly string[] =>
      sample.headers.map(line => (line.startsWith('ce-type') ? `ce-type: ${type}` : line))
    const rename = (from: string, to: string): Upcaster => ({
      type: from,
      upcast: ({ attributes, body }) => ({
        attributes: new Map([...attributes, ['type', to]]),
        body: Buffer.from(Buffer.from(body).toString().replace('web', 'new')),
      }),
    })
    const upcasters = [
      rename('io.periplus.object.made.v0', 'io.periplus.object.created.v0'),
      rename('io.periplus.object.created.v0', 'io.periplus.object.created.v1'),
    ]
    const event = decode(stored(was('io.periplus.object.made.v0')), upcasters)
    assert.equal(event.type, 'created')
    assert.match(Buffer.from(event.body).toString(), /"name":"new-1"/)
    assert.match(refusal(stored(was('io.periplus.object.made.v0'))), /^its ce-type is io\.periplus\.object\.made\.v0$/)
  })

  it('of strangers are refused by name', () => {
    assert.equal(refusal({ ...stored(), subject: 'objects.a' }), 'its subject is no object')
    assert.equal(refusal(stored([])), 'it has no ce-id')
  })

  it('survive any text in any field', () => {
    fc.assert(
      fc.property(text, text, text, (id, actor, component) => {
        const event = eventOf('web', { id, origin: { actor, component, causes: [], correlationId: id } })
        const { subject, headers, data } = messageOf('c', event)
        const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
        const read = decode({ subject, sequence: 1, time: 0, headers: lines, data })
        assert.deepEqual([read.id, read.origin], [id, event.origin])
      }),
    )
  })
})
