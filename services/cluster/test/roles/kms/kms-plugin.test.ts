import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { kmsPlugin } from '../../../src/roles/kms/kms-plugin.ts'
import type { KmsPlugin } from '../../../src/roles/kms/kms-plugin.ts'
import { right } from '../events.ts'
import { until } from '../../../../../test/faults/until.ts'
import { examplePlugin } from './example-plugin.ts'
import type { ExamplePlugin } from './example-plugin.ts'

const left = (answer: Either<string, unknown>): string => {
  assert.ok(E.isLeft(answer))
  return answer.left
}

describe('a KMS plugin', () => {
  let directory: string
  let socket: string
  let example: ExamplePlugin
  let plugin: KmsPlugin
  const key = randomBytes(32)
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'periplus-kms-'))
    socket = join(directory, 'kms.sock')
    example = await examplePlugin(socket)
    plugin = kmsPlugin({ name: 'vault', socket, timeoutSeconds: 10 })
  })
  afterEach(async () => {
    plugin.close()
    await example.stop()
    rmSync(directory, { recursive: true })
  })

  it('says its key, keeps one for us and gives it back, with the annotations that it made', async () => {
    assert.equal(right(await plugin.status()), 'one')
    example.annotations = { 'region.example.com': Buffer.from([0, 255, 10]) }
    const kept = right(await plugin.encrypt(key))
    assert.equal(kept.provider, 'vault')
    assert.equal(kept.keyId, 'one')
    assert.equal(kept.ciphertext.includes(key), false)
    assert.deepEqual(kept.annotations['region.example.com'], Buffer.from([0, 255, 10]))
    example.keyId = 'two'
    assert.deepEqual(right(await plugin.decrypt(kept)), key, 'with the key that it was encrypted with')
    assert.match(left(await plugin.decrypt({ ...kept, annotations: {} })), /^failed to decrypt DEK, error: rpc error: /)
  })

  it('is not well where it says so, speaks another version, or names no key', async () => {
    const said = async (state: Partial<ExamplePlugin>): Promise<string> => {
      Object.assign(example, { healthz: 'ok', version: 'v2', keyId: 'one' }, state)
      return left(await plugin.status())
    }
    const unhealthy = 'kmsv2 Provider vault is not healthy, error: '
    assert.equal(await said({ healthz: 'sealed' }), `${unhealthy}got unexpected healthz status: sealed`)
    assert.equal(await said({ version: 'v3' }), `${unhealthy}expected KMSv2 API version v2, got v3`)
    assert.equal(await said({ keyId: '' }), `${unhealthy}got invalid KMSv2 KeyID hash "": keyID is empty`)
    const long = await said({ keyId: 'k'.repeat(1025), healthz: '' })
    assert.match(
      long,
      /^kmsv2 .* error: \[got unexpected healthz status: , got invalid KMSv2 KeyID hash "sha256:[0-9a-f]{64}": /,
    )
    assert.match(long, /keyID is 1025 bytes, which exceeds the max size of 1024\]$/)
    Object.assign(example, { version: 'v2beta1', keyId: 'one', healthz: 'ok' })
    assert.equal(right(await plugin.status()), 'one')
  })

  it('may not keep a key as nothing, or as more than fits', async () => {
    const said = async (state: Partial<ExamplePlugin>): Promise<string> => {
      Object.assign(example, { ciphertext: undefined, annotations: {} }, state)
      return left(await plugin.encrypt(key))
    }
    assert.match(await said({ ciphertext: Buffer.alloc(0) }), /encrypted DEK source is empty$/)
    assert.match(await said({ ciphertext: Buffer.alloc(1025) }), /is 1025 bytes, which exceeds the max size of 1024$/)
    assert.equal(
      await said({ annotations: { nodomain: Buffer.alloc(1) } }),
      'failed to validate annotations: annotations: Invalid value: "nodomain": should be a domain with at least two segments separated by dots',
    )
    const much = { 'much.example.com': Buffer.alloc(32 * 1024) }
    assert.match(
      await said({ annotations: much }),
      /total size of annotations is \d+, which exceeds the max size of 32768$/,
    )
    assert.match(await said({ annotations: { 'a.b': Buffer.alloc(70_000) } }), /code = ResourceExhausted/)
  })

  it('costs its time where it hangs or is away, and is found again', async () => {
    example.hangs = true
    const hasty = kmsPlugin({ name: 'vault', socket, timeoutSeconds: 0.3 })
    assert.match(left(await hasty.encrypt(key)), /code = DeadlineExceeded/)
    hasty.close()
    await example.stop()
    const away = /status section .* KMS Provider vault, error: rpc error: code = /
    assert.match(left(await plugin.status()), away)
    example = await examplePlugin(socket)
    await until('it is found again', async () => E.isRight(await plugin.status()))
  })
})
