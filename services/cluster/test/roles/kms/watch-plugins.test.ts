import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { virtualClock } from '@periplus/prelude'
import type { VirtualClock } from '@periplus/prelude'
import { until } from '../../../../../test/faults/until.ts'
import { keyKeeper } from '../../../src/roles/kms/key-keeper.ts'
import { watchPlugins } from '../../../src/roles/kms/watch-plugins.ts'
import type { WatchedPlugins } from '../../../src/roles/kms/watch-plugins.ts'
import { examplePlugin } from './example-plugin.ts'
import type { ExamplePlugin } from './example-plugin.ts'

describe('KMS plugins that are watched', () => {
  let directory: string
  let plugins: ExamplePlugin[]
  let clock: VirtualClock
  let watched: WatchedPlugins
  const told: string[] = []
  /** The next question to each of them, and its answer. */
  const afterNextAnswers = async (): Promise<void> => {
    await until('all have answered', () => clock.next() !== undefined)
    const counts = plugins.map(({ asked }) => asked.length)
    clock.advance((clock.next() ?? 0) - clock.now())
    await until('all are asked', () => plugins.every(({ asked }, i) => asked.length > (counts[i] ?? 0)))
    await until('all have answered', () => clock.next() !== undefined)
  }
  const watching = async (count: number): Promise<void> => {
    const names = Array.from({ length: count }, (_, i) => `kms${i}`)
    const socket = (name: string): string => join(directory, `${name}.sock`)
    plugins = await Promise.all(names.map(name => examplePlugin(socket(name))))
    const keeper = keyKeeper(
      names.map(name => ({ tag: 'Kms', kms: { name, socket: socket(name), timeoutSeconds: 10 } }) as const),
    )
    watched = watchPlugins({ keeper, clock, keyId: () => 'one', tell: message => void told.push(message) })
    await until('all have answered', () => clock.next() !== undefined)
  }
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'periplus-kms-'))
    clock = virtualClock(Date.parse('2026-11-30T00:00:00.5Z'))
    told.length = 0
  })
  afterEach(async () => {
    await watched.stop()
    for (const plugin of plugins) await plugin.stop()
    rmSync(directory, { recursive: true })
  })

  it('are well as long as they say so, and what is wrong is told once', async () => {
    await watching(1)
    assert.equal(watched.fault(), undefined)
    plugins[0]!.healthz = 'sealed'
    await afterNextAnswers()
    const fault = 'kmsv2 Provider kms0 is not healthy, error: got unexpected healthz status: sealed'
    assert.equal(watched.fault(), `kms-provider-0: ${fault}`)
    await afterNextAnswers()
    plugins[0]!.healthz = 'ok'
    await afterNextAnswers()
    assert.equal(watched.fault(), undefined)
    assert.deepEqual(told, [fault, 'KMS provider kms0 answers again'])
  })

  it('let nothing be sealed any more three minutes after they were well, in the words of Kubernetes', async () => {
    await watching(1)
    plugins[0]!.healthz = 'sealed'
    while (clock.now() < Date.parse('2026-11-30T00:03:00Z')) {
      assert.equal(watched.expired(), undefined)
      await afterNextAnswers()
    }
    clock.advance(1_000)
    assert.match(
      watched.expired() ?? '',
      /^encryptedDEKSource with keyID hash "sha256:[0-9a-f]{64}" expired at 2026-11-30T00:03:00Z \(current time is 2026-11-30T00:03:0\dZ\)$/,
    )
    plugins[0]!.healthz = 'ok'
    await afterNextAnswers()
    assert.equal(watched.expired(), undefined)
  })

  it('tell of another key once', async () => {
    await watching(1)
    plugins[0]!.keyId = 'two'
    await afterNextAnswers()
    await afterNextAnswers()
    assert.equal(told.length, 1)
    assert.match(told[0] ?? '', /another key: `bin\/periplus secrets rotate`/)
  })
})
