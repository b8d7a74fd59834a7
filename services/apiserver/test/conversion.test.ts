import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { systemClock } from '@periplus/prelude'
import { builtInAdmission, createCommands } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import { memoryEventLog } from '@periplus/log'
import { startLiveCut } from '@periplus/projection'
import { conversionWebhooks, httpsWebhooks } from '@periplus/webhooks'
import { startWebhookServer } from '@periplus/webhooks/contract'
import type { WebhookServer } from '@periplus/webhooks/contract'
import { clientOf } from './client.ts'
import type { Client } from './client.ts'
import { define } from './define.ts'
import { namespace } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'
import { watching } from './watching.ts'

interface Boat {
  readonly apiVersion: string
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string> }
  readonly hostPort?: string
  readonly host?: string
  readonly port?: string
}

interface Asked {
  readonly uid: string
  readonly desiredAPIVersion: string
  readonly objects: readonly Boat[]
}

/** As the conformance suite's: `host:port` in the first version, apart in the second. */
const converted = (boat: Boat, apiVersion: string): Boat => {
  const { hostPort, host, port, ...rest } = boat
  const [name, number] = hostPort === undefined ? [host, port] : hostPort.split(':')
  return apiVersion.endsWith('/v1')
    ? { ...rest, apiVersion, hostPort: `${name}:${number}` }
    : {
        ...rest,
        apiVersion,
        ...(name === undefined ? {} : { host: name }),
        ...(number === undefined ? {} : { port: number }),
      }
}

const text = { type: 'string' }
const version = (name: string, properties: object, storage: boolean) => ({
  name,
  served: true,
  storage,
  schema: { openAPIV3Schema: { type: 'object', properties } },
  additionalPrinterColumns: Object.keys(properties).map(one => ({ name: one, type: 'string', jsonPath: `.${one}` })),
})
const boats = (name: 'v1' | 'v2') => `/apis/example.com/${name}/namespaces/default/boats`

describe('objects that a webhook converts', function () {
  this.timeout(30_000)
  let server: TestServer
  let hook: WebhookServer
  let client: Client
  let asked: Asked[] = []
  let answers: (request: Asked) => object
  const open: { close(): unknown }[] = []

  const successful = ({ uid, objects, desiredAPIVersion }: Asked) => ({
    uid,
    result: { status: 'Success' },
    convertedObjects: objects.map(one => converted(one, desiredAPIVersion)),
  })

  before(async () => {
    hook = await startWebhookServer(question => {
      const { request, apiVersion } = question as { readonly request: Asked; readonly apiVersion: string }
      asked.push(request)
      return { kind: 'ConversionReview', apiVersion, response: answers(request) }
    })
    const log = memoryEventLog()
    const running = await startLiveCut({ log })
    const webhooks = httpsWebhooks({ resolve: hook.resolve, clock: systemClock })
    const convert = conversionWebhooks({ client: webhooks, newId: randomUUID })
    const commands = createCommands({ cut: running.cut, log, kindsAt, admission: builtInAdmission, convert })
    open.push(hook, webhooks, running)
    server = await startTestServer({ log, cut: running.cut, commands, convert })
    client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
    await define(client, {
      metadata: { name: 'boats.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'boats', kind: 'Boat' },
        versions: [version('v1', { hostPort: text }, true), version('v2', { host: text, port: text }, false)],
        conversion: {
          strategy: 'Webhook',
          webhook: { clientConfig: hook.address(), conversionReviewVersions: ['v1', 'v1beta1'] },
        },
      },
    })
  })
  beforeEach(() => {
    asked = []
    answers = successful
  })
  after(async () => {
    await server.stop()
    for (const one of open) await one.close()
    assert.deepEqual(server.errors, [])
  })

  const make = async (name: string): Promise<void> => {
    const made = await client.post(boats('v1'), { metadata: { name }, hostPort: `${name}:80` })
    assert.equal(made.status, 201, made.text)
  }

  it('are shown in the version that is asked for, and asked about once', async () => {
    await make('one')
    assert.equal(asked.length, 0)
    for (let i = 0; i < 2; i++) {
      const { json } = await client.ask(`${boats('v2')}/one`)
      assert.deepEqual(
        [json.apiVersion, json.host, json.port, json.hostPort],
        ['example.com/v2', 'one', '80', undefined],
      )
      assert.match(json.metadata.resourceVersion as string, /^\d+$/)
    }
    assert.equal((await client.ask(`${boats('v1')}/one`)).json.hostPort, 'one:80')
    assert.deepEqual(
      asked.map(({ desiredAPIVersion, objects }) => [desiredAPIVersion, objects.map(one => one.apiVersion)]),
      [['example.com/v2', ['example.com/v1']]],
    )
  })

  it('are listed with one question', async () => {
    for (const name of ['two', 'three']) await make(name)
    const { json } = await client.ask(boats('v2'))
    assert.deepEqual(
      (json.items as Boat[]).map(({ host, port }) => `${host} ${port}`),
      ['one 80', 'three 80', 'two 80'],
    )
    assert.deepEqual(
      asked.map(({ objects }) => objects.map(({ metadata }) => metadata.name)),
      [['three', 'two']],
    )
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io'
    const table = await client.ask(boats('v2'), { headers: { accept } })
    assert.deepEqual(
      (table.json.rows as { cells: unknown[] }[]).map(({ cells }) => cells.slice(1)),
      [
        ['one', '80'],
        ['three', '80'],
        ['two', '80'],
      ],
    )
  })

  it('are kept in one version, in whichever they are written', async () => {
    const made = await client.post(boats('v2'), { metadata: { name: 'four' }, host: 'h', port: '1' })
    assert.deepEqual([made.status, made.json.host, made.json.apiVersion], [201, 'h', 'example.com/v2'], made.text)
    const entry = server.cut.entry({ group: 'example.com', resource: 'boats', namespace: 'default', name: 'four' })
    const { apiVersion, hostPort } = entry?.object() as unknown as Boat
    assert.deepEqual([apiVersion, hostPort], ['example.com/v1', 'h:1'])
    const patched = await client.ask(`${boats('v2')}/four`, {
      method: 'PATCH',
      body: { port: '2' },
      headers: { 'content-type': 'application/merge-patch+json' },
    })
    assert.deepEqual([patched.json.host, patched.json.port], ['h', '2'], patched.text)
    assert.equal((await client.ask(`${boats('v1')}/four`)).json.hostPort, 'h:2')
    assert.equal((await client.ask(`${boats('v2')}/four`, { method: 'DELETE' })).status, 200)
  })

  it('are shown to who watches, as they come and go', async () => {
    const watch = await watching(client, `${boats('v2')}?watch=1&fieldSelector=metadata.name%3Dfive`)
    await make('five')
    const body = { metadata: { name: 'five' }, hostPort: 'five:81' }
    assert.equal((await client.ask(`${boats('v1')}/five`, { method: 'PUT', body })).status, 200)
    assert.equal((await client.ask(`${boats('v1')}/five`, { method: 'DELETE' })).status, 200)
    const frames = await watch.take(3)
    watch.stop()
    assert.deepEqual(
      frames.map(({ type, object }) => [type, object.apiVersion, object.port]),
      [
        ['ADDED', 'example.com/v2', '80'],
        ['MODIFIED', 'example.com/v2', '81'],
        ['DELETED', 'example.com/v2', '81'],
      ],
    )
  })

  const faults: Readonly<Record<string, readonly [typeof answers, RegExp]>> = {
    'it fails': [
      ({ uid }) => ({ uid, result: { status: 'Failure', message: 'no such wharf' } }),
      /^Internal error occurred: conversion webhook for example\.com\/v2, Kind=Boat failed: no such wharf$/,
    ],
    'it answers another question': [
      request => ({ ...successful(request), uid: 'other' }),
      /failed: expected response\.uid="[\w-]+", got "other"$/,
    ],
    'it leaves some out': [
      request => ({ ...successful(request), convertedObjects: [] }),
      /returned 0 objects, expected 1$/,
    ],
    'it gives another version': [
      request => ({ ...successful(request), convertedObjects: request.objects }),
      /invalid groupVersion \(expected example\.com\/v2, received example\.com\/v1\)$/,
    ],
    'it renames what it is given': [
      ({ uid, objects }) => ({
        uid,
        result: { status: 'Success' },
        convertedObjects: objects.map(one => ({
          ...converted(one, 'example.com/v2'),
          metadata: { ...one.metadata, name: 'other' },
        })),
      }),
      /must have the same name: [\w-]+ != other$/,
    ],
  }
  for (const [what, [says, words]] of Object.entries(faults))
    it(`are not shown where ${what}, and are in their own version`, async () => {
      const name = `boat-${Object.keys(faults).indexOf(what)}`
      await make(name)
      answers = says
      const { status, json } = await client.ask(`${boats('v2')}/${name}`)
      assert.equal(status, 500)
      assert.match(json.message as string, words)
      assert.equal((await client.ask(`${boats('v1')}/${name}`)).status, 200)
    })

  it('keep their metadata, but for what webhooks may add', async () => {
    await make('six')
    answers = request => {
      const [one] = successful(request).convertedObjects
      const metadata = { ...one?.metadata, labels: { seen: 'yes' }, finalizers: ['example.com/mine'], generation: 99 }
      return { ...successful(request), convertedObjects: [{ ...one, metadata, surplus: 1 }] }
    }
    const { json } = await client.ask(`${boats('v2')}/six`)
    const { labels, finalizers, generation } = json.metadata
    assert.deepEqual([labels, finalizers, generation, json.surplus], [{ seen: 'yes' }, undefined, 1, undefined])
  })
})
