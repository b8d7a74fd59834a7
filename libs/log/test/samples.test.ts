import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { StoredMessage } from '@periplus/bus'
import { messageOf } from '../src/encoding/cloud-event.ts'
import type { PublishedAs } from '../src/encoding/cloud-event.ts'
import { eventOf } from '../src/encoding/read-event.ts'
import { writtenHeaders } from '../src/encoding/header-values.ts'
import { openEvent } from '../src/sealing/sealed-body.ts'
import { readMessages } from '../src/kept/message-file.ts'
import { memoryBlobs, openBackup } from '../src/index.ts'
import type { NewEvent, RecordedEvent } from '../src/index.ts'
import { right } from '../src/contract/events.ts'

/**
 * An event as a version of this code has written it, and as whom every later version reads it. Samples stay as they are for ever, as logs
 * that hold such events exist: `<what>.<n>.json`, and the highest n is how it is written today.
 */
interface Sample {
  readonly subject: string
  readonly headers: readonly string[]
  readonly body: object
  /** Without its body. */
  readonly reads: Omit<RecordedEvent, 'body'>
  /** Of what is sealed: its data key, and what is read with that. */
  readonly dataKey?: string
  readonly opens?: { readonly body: object; readonly admission: string }
}

const directory = new URL('./samples/', import.meta.url)
const samples: ReadonlyMap<string, Sample> = new Map(
  readdirSync(directory)
    .filter(file => file.endsWith('.json'))
    .map(file => [
      file.slice(0, -'.json'.length),
      JSON.parse(readFileSync(new URL(file, directory), 'utf8')) as Sample,
    ]),
)

const whatOf = (name: string): string => name.slice(0, name.lastIndexOf('.'))
const numberOf = (name: string): number => Number(name.slice(name.lastIndexOf('.') + 1))
/** Those of today's form. */
const newest = [...samples].filter(([name]) =>
  [...samples.keys()].every(other => whatOf(other) !== whatOf(name) || numberOf(other) <= numberOf(name)),
)

const stored = ({ subject, headers, body }: Sample): StoredMessage => ({
  ...{ subject, sequence: 42, time: 0, data: Buffer.from(JSON.stringify(body)) },
  headers: headers.map(line => `${line}\r\n`).join(''),
})

const headerOf = ({ headers }: Sample, name: string): string | undefined =>
  headers.find(line => line.startsWith(`${name}: `))?.slice(name.length + 2)

/** What has to be kept when any of these comes to be written otherwise, or another one is added: which sample has it. */
const fields: Readonly<Record<keyof NewEvent | keyof NewEvent['origin'] | keyof PublishedAs, string>> = {
  ...{ id: 'created', type: 'created', ref: 'created', uid: 'created', expected: 'spec-changed', previous: 'deleted' },
  ...{ origin: 'created', actor: 'created', component: 'created', causes: 'created', decisionId: 'created' },
  ...{ correlationId: 'created', time: 'created', body: 'created', admission: 'asked', rollup: 'heartbeat' },
  ...{ sealed: 'sealed', lastOnSubject: 'below-watermark', replaced: 'heartbeat' },
}

describe('events of every form that was ever written', () => {
  for (const [name, sample] of samples)
    it(`are read as they were meant: ${name}`, () => {
      const { body, ...read } = right(eventOf(stored(sample)))
      assert.deepEqual(read, sample.reads)
      assert.deepEqual(JSON.parse(Buffer.from(body).toString()), sample.body)
      if (sample.dataKey === undefined) return
      const opened = right(openEvent(Buffer.from(sample.dataKey, 'hex'), { ...read, body }))
      assert.deepEqual(JSON.parse(Buffer.from(opened.body).toString()), sample.opens?.body)
      assert.equal(opened.admission, sample.opens?.admission)
    })

  for (const [name, sample] of newest)
    it(`are written as the newest sample says, or a new one is to be kept beside it: ${name}`, () => {
      const replaced = headerOf(sample, 'ce-replaced')
      const written = messageOf(
        'periplus',
        { ...sample.reads, body: stored(sample).data, expected: sample.reads.previous },
        {
          lastOnSubject: Number(headerOf(sample, 'Nats-Expected-Last-Subject-Sequence')),
          ...(replaced === undefined ? {} : { replaced: Number(replaced) }),
        },
      )
      assert.equal(written.subject, sample.subject)
      assert.deepEqual(
        written.headers.map(([header, value]) => `${header}: ${value}`),
        sample.headers,
      )
    })

  it('have a sample for each type, each header and each field of an event', () => {
    const types: Readonly<Record<NewEvent['type'], true>> = {
      ...{ created: true, 'spec-changed': true, 'status-changed': true, 'metadata-changed': true, deleted: true },
    }
    const seen = newest.map(([, { reads }]) => reads.type as string)
    for (const type of Object.keys(types)) assert.ok(seen.includes(type), `no sample is ${type}`)
    // Those of a batch are NATS' own.
    for (const header of writtenHeaders.filter(one => !one.startsWith('Nats-Batch-')))
      assert.ok(
        newest.some(([, sample]) => headerOf(sample, header) !== undefined),
        `no sample has ${header}`,
      )
    for (const [field, what] of Object.entries(fields))
      assert.ok(
        newest.some(([name]) => whatOf(name) === what),
        `the sample of ${field} is gone: ${what}`,
      )
  })
})

describe('a backup of the first form', () => {
  it('is read, with what lives of its log', async () => {
    const backup = right(await openBackup(fileURLToPath(new URL('backup.1', directory))))
    const blobs = memoryBlobs()
    const blob = right(await blobs.write(backup.blob.name, backup.chunks(), () => backup.blob.facts))
    await backup.close()
    const events: string[] = []
    for await (const messages of readMessages(blobs, blob))
      for (const message of messages) {
        const { ref, sequence, body } = right(eventOf(message))
        events.push(`${ref.name}@${sequence} ${Buffer.from(body).toString()}`)
      }
    const body = (name: string, n: number): string =>
      JSON.stringify({
        ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', uid: `uid-of-${name}` } },
        spec: { n },
      })
    assert.deepEqual(events, [`web-2@2 ${body('web-2', 2)}`, `web-1@3 ${body('web-1', 3)}`])
    assert.deepEqual(backup.about, { made: 'for the test of old backups' })
  })
})
