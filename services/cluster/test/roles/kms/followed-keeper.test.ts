import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Keys } from '@periplus/log'
import { virtualClock } from '@periplus/prelude'
import type { VirtualClock } from '@periplus/prelude'
import { logger, metrics, readSettings, stopAll } from '@periplus/service'
import type { Metrics, RunningService } from '@periplus/service'
import { until } from '../../../../../test/faults/until.ts'
import { followedKeptKeys, readClusterKeys } from '../../../src/home/cluster-keys.ts'
import { settings } from '../../../src/home/settings.ts'
import { followedKeeper } from '../../../src/roles/kms/followed-keeper.ts'
import type { Keeping } from '../../../src/roles/kms/followed-keeper.ts'
import { makeFirstKey } from '../../../src/roles/kms/kept-keys.ts'
import { unlockedKeys } from '../../../src/roles/kms/unlocked-keys.ts'
import { right } from '../events.ts'
import { examplePlugin } from './example-plugin.ts'
import type { ExamplePlugin } from './example-plugin.ts'

interface Process {
  readonly keeping: () => Keeping
  readonly keys: () => Promise<Keys>
  readonly clock: VirtualClock
  readonly measured: Metrics
}

describe('who keeps keys, by a file that changes while processes run', function () {
  this.timeout(60_000)
  let directory: string
  let path: string
  let file: string
  let plugins: Record<'old' | 'new', ExamplePlugin>
  const services: RunningService[] = []
  const lines: string[] = []

  const socket = (name: string): string => join(directory, `${name}.sock`)
  const configure = (...names: readonly string[]): void => {
    const providers = names.map(name =>
      name === 'identity'
        ? '{identity: {}}'
        : `{kms: {apiVersion: v2, name: ${name}, endpoint: "unix://${socket(name)}", timeout: 1s}}`,
    )
    writeFileSync(
      file,
      `{apiVersion: apiserver.config.k8s.io/v1, kind: EncryptionConfiguration,
        resources: [{resources: [secrets], providers: [${providers.join(', ')}]}]}`,
    )
  }
  const processThat = (keeps: boolean): Process => {
    const kept = followedKeptKeys(path)
    const clock = virtualClock(0)
    const measured = metrics()
    const keeping = followedKeeper({
      ...{ path, kept, keeps, clock },
      settings: right(readSettings(settings, { PERIPLUS_ENCRYPTION_CONFIG: file })),
      process: {
        logger: logger('test', { write: line => void lines.push(line) }),
        ...{ metrics: measured, onBug: error => assert.fail(String(error)) },
        onStop: service => void services.push(service),
      },
    })
    const keys = unlockedKeys(kept, { keeper: () => keeping().keeper, clock })
    return { keeping, keys: async () => keys(), clock, measured }
  }
  const firstOf = ({ keeping }: Process): string => keeping().keeper.first?.provider.name ?? 'nobody'
  /** Looks at the file until something is so. */
  const looking = (what: string, { clock }: Process, isSo: () => boolean): Promise<true> =>
    until(what, () => {
      if (!isSo() && clock.next() !== undefined) clock.advance(2_000)
      return isSo()
    })
  const keepers = (): readonly string[] =>
    (readClusterKeys(path) ?? []).map(key => ('kms' in key ? key.kms.provider : 'nobody'))

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'pp-keeper-'))
    path = join(directory, 'secrets.keys')
    file = join(directory, 'encryption.yaml')
    plugins = { old: await examplePlugin(socket('old')), new: await examplePlugin(socket('new')) }
    services.length = lines.length = 0
    configure('old')
  })
  afterEach(async () => {
    await stopAll(services)
    for (const plugin of Object.values(plugins)) await plugin.stop()
    rmSync(directory, { recursive: true })
  })
  const started = async (): Promise<readonly [api: Process, other: Process]> => {
    const [api, other] = [processThat(true), processThat(false)]
    const log = logger('test', { write: line => void lines.push(line) })
    await makeFirstKey(path, () => api.keeping().keeper, { told: new Promise(() => undefined), log })
    for (const one of [api, other]) await one.keys()
    return [api, other]
  }

  it('is taken up by all of them, and every key can be read all the while', async () => {
    const [api, other] = await started()
    const before = await other.keys()
    assert.ok(before.every(key => 'key' in key))
    configure('new', 'old')
    await looking('the API server takes it up', api, () => firstOf(api) === 'new')
    assert.deepEqual(keepers(), ['new'])
    // It has not looked at the file yet, and does not know who keeps the key now.
    assert.deepEqual([firstOf(other), await other.keys()], ['old', before])
    await looking('the other one does', other, () => firstOf(other) === 'new')
    configure('new')
    for (const one of [api, other])
      await looking('the old one is let go', one, () => one.keeping().keeper.plugins.length === 1)
    await plugins.old.stop()
    const late = processThat(false)
    for (const one of [api, other, late]) assert.deepEqual(await one.keys(), before)
    assert.match(
      api.measured.text(),
      /apiserver_encryption_config_controller_automatic_reloads_total\{status="success"\} 2/,
    )
    plugins.old = await examplePlugin(socket('old'))
  })

  it('stays as it was where the new one does not have the keys that there are', async () => {
    const [api] = await started()
    const text = readFileSync(path, 'utf8')
    for (const names of [['new'], ['identity']]) {
      lines.length = 0
      configure(...names)
      await looking('it is told', api, () => lines.length > 0)
      assert.match(
        lines[0] ?? '',
        /not ready within 60 seconds: the cluster key \w{8}: it is kept by the KMS provider old, .* has to name/,
      )
      assert.deepEqual([firstOf(api), readFileSync(path, 'utf8')], ['old', text])
    }
    configure('identity', 'old')
    await looking('nobody keeps it', api, () => keepers()[0] === 'nobody')
  })

  it('waits for who does not answer yet', async () => {
    const [api] = await started()
    plugins.new.healthz = 'sealed'
    configure('new', 'old')
    await looking('it is asked', api, () => plugins.new.asked.length > 0)
    assert.equal(firstOf(api), 'old')
    plugins.new.healthz = 'ok'
    await looking('it is taken up', api, () => firstOf(api) === 'new')
    assert.deepEqual([keepers(), api.keeping().watched().fault()], [['new'], undefined])
  })
})
