import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryEventLog } from '@periplus/log'
import type { NewEvent } from '@periplus/log'
import { E } from '@periplus/prelude'
import { logger, metrics, readSettings, stopAll } from '@periplus/service'
import type { RunningService } from '@periplus/service'
import { natsSuite } from '../../../../libs/bus/test/nats-suite.ts'
import { until } from '../../../../test/faults/until.ts'
import { homeOf } from '../../src/home/home.ts'
import type { Home } from '../../src/home/home.ts'
import { settings } from '../../src/home/settings.ts'
import { keeperOf } from '../../src/roles/kms/key-keeper.ts'
import { rotateKeys } from '../../src/roles/rotate-keys.ts'
import { openForReading, openKeyStore, openSealing } from '../../src/roles/sealing.ts'
import type { KeyUse, Sealing } from '../../src/roles/sealing.ts'
import { eventOf, right } from './events.ts'
import { examplePlugin } from './kms/example-plugin.ts'
import type { ExamplePlugin } from './kms/example-plugin.ts'

describe('what processes make of sealed objects', function () {
  this.timeout(60_000)
  const suite = natsSuite('sealing')
  const kept = memoryEventLog()
  const services: RunningService[] = []
  const lines: string[] = []
  let directory: string
  let home: Home
  let plugin: ExamplePlugin
  let isAsked = false
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'pp-sealing-'))
    home = homeOf(directory)
    mkdirSync(home.pki, { mode: 0o700 })
  })
  after(async () => {
    await stopAll(services)
    await plugin.stop()
    rmSync(directory, { recursive: true })
  })

  const configured = () => {
    const file = join(directory, 'encryption.yaml')
    writeFileSync(
      file,
      `{apiVersion: apiserver.config.k8s.io/v1, kind: EncryptionConfiguration, resources: [{resources: [secrets],
        providers: [{kms: {apiVersion: v2, name: example, endpoint: "unix://${directory}/kms.sock"}}]}]}`,
    )
    return right(readSettings(settings, isAsked ? { PERIPLUS_ENCRYPTION_CONFIG: file } : {}))
  }
  const open = async (use: KeyUse): Promise<Sealing> => {
    const told = new Promise<void>(() => undefined)
    const log = logger('test', { write: line => void lines.push(line) })
    const sealing = await openSealing(suite.bus, {
      ...{ home, settings: configured(), use, told, log },
      process: {
        metrics: metrics(),
        onBug: error => assert.fail(String(error)),
        onStop: service => void services.push(service),
      },
    })
    return sealing
  }
  const secret = (name: string): NewEvent =>
    eventOf(name, {
      ref: { group: '', resource: 'secrets', namespace: 'default', name },
      body: Buffer.from(JSON.stringify({ kind: 'Secret', metadata: { name, uid: name }, data: { a: `of-${name}` } })),
    })
  const write = async (name: string, { readable }: Sealing): Promise<void> =>
    void right(await readable(kept).append(secret(name)))
  const read = async ({ readable }: Sealing): Promise<readonly string[]> => {
    const texts: string[] = []
    for await (const events of readable(kept).range(1, kept.slice(1).length))
      for (const { body, unreadable } of events) texts.push(unreadable ?? Buffer.from(body).toString())
    return texts.map(text => /"a":"of-(\w+)"/.exec(text)?.[1] ?? text)
  }
  const keepers = (): readonly string[] => {
    const { keys } = JSON.parse(readFileSync(home.secretKeys, 'utf8')) as {
      keys: readonly { kms?: { keyId: string } }[]
    }
    return keys.map(({ kms }) => kms?.keyId ?? 'nobody')
  }

  it('an API server makes the first key, and others read with it', async () => {
    await assert.rejects(open('uses'), /secrets\.keys is not there/)
    await write('one', await open('makes'))
    assert.deepEqual(await read(await open('uses')), ['one'])
    assert.deepEqual(await read(await open('none')), ['this process has no keys to read it with'])
    assert.deepEqual(keepers(), ['nobody'])
  })

  it('a start with a plugin waits for it, and has it keep the key that was there', async () => {
    isAsked = true
    const starting = open('makes')
    await until('the start says for what it waits', () => lines.some(line => /the start waits.*rpc error/.test(line)))
    plugin = await examplePlugin(join(directory, 'kms.sock'))
    const sealing = await starting
    assert.deepEqual(keepers(), ['one'])
    await write('two', sealing)
    assert.deepEqual(await read(sealing), ['one', 'two'])
    assert.deepEqual(await read(await openForReading(suite.bus, { home, settings: configured() })), ['one', 'two'])
    assert.equal(sealing.plugins?.fault(), undefined)
  })

  it('processes that run read on while the key and that of the plugin become others', async () => {
    const [writer, reader] = [await open('makes'), await open('uses')]
    plugin.keyId = 'two'
    const keeper = keeperOf(configured())
    await rotateKeys(home.secretKeys, await openKeyStore(suite.bus, configured()), keeper)
    keeper.close()
    plugin.known = ['two']
    assert.deepEqual(keepers(), ['two', 'two'])
    await write('three', writer)
    assert.deepEqual(await read(reader), ['one', 'two', 'three'])
  })

  it('nobody starts with a keeper whom the operator does not name', async () => {
    isAsked = false
    await assert.rejects(
      open('makes'),
      /is kept by the KMS provider example, .* PERIPLUS_ENCRYPTION_CONFIG has to name/,
    )
    await assert.rejects(open('uses'), /is kept by the KMS provider example/)
    await assert.rejects(
      openForReading(suite.bus, { home, settings: configured() }),
      /it is kept by the KMS provider example/,
    )
  })

  it('an API server does not start without the key of what is sealed', async () => {
    writeFileSync(
      home.secretKeys,
      JSON.stringify({ keys: [{ id: 'other', key: Buffer.alloc(32).toString('base64') }] }),
    )
    await assert.rejects(open('makes'), /does not have the cluster key [0-9a-f]{8}, .* PERIPLUS_ACCEPT_LOSS=yes/)
    const reader = await open('uses')
    const [first] = await read(reader)
    assert.match(first ?? '', /wrapped by the cluster key [0-9a-f]{8}, which is not here/)
    assert.ok(E.isLeft(await reader.readable(kept).append({ ...secret('one'), expected: 1, type: 'spec-changed' })))
  })
})
