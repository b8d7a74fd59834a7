import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { E } from '@periplus/prelude'
import { builtInBackends, streamBackend } from '../src/index.ts'
import type { LogBackend } from '../src/index.ts'
import { contractLimits, linesOf, logBackendContract, openWriter, sourceOf } from '../src/contract.ts'
import type { BackendHarness } from '../src/contract.ts'
import { jsonLines, receivedOf } from './http-stages.ts'

const fileBackend = builtInBackends.get('file') as LogBackend

const fileStage = async (): Promise<BackendHarness & { readonly directory: string }> => {
  const directory = await mkdtemp(join(tmpdir(), 'periplus-logs-'))
  return {
    backend: fileBackend,
    config: { name: 'all.log' },
    limits: { directory },
    directory,
    received: async () => jsonLines(await readFile(join(directory, 'all.log'))).map(receivedOf),
    faults: {},
    close: () => rm(directory, { recursive: true }),
  }
}
logBackendContract('file', { faults: [] }, fileStage)

const stdoutStage = async (): Promise<BackendHarness> => {
  const output = new PassThrough()
  const chunks: Buffer[] = []
  output.on('data', (chunk: Buffer) => chunks.push(chunk))
  return {
    backend: streamBackend(output),
    config: {},
    received: async () => jsonLines(Buffer.concat(chunks)).map(receivedOf),
    faults: {},
    close: async () => void output.destroy(),
  }
}
logBackendContract('standard output', { faults: [] }, stdoutStage)

describe('the file backend', () => {
  let on: Awaited<ReturnType<typeof fileStage>>
  beforeEach(async () => (on = await fileStage()))
  afterEach(() => on.close())
  const send = async (from: number, to: number, config: object = on.config): Promise<void> => {
    const writer = await openWriter({ ...on, config: { ...config } })
    assert.equal((await writer.write(linesOf(sourceOf(), from, to), new AbortController().signal)).tag, 'Taken')
    await writer.close()
  }

  it('cuts off what a writer that died had half written', async () => {
    await send(1, 2)
    await appendFile(join(on.directory, 'all.log'), '{"@timestamp":"20')
    await send(3, 3)
    assert.deepEqual(
      (await on.received(3)).map(({ number }) => number),
      [1, 2, 3],
    )
  })

  it('begins a new file when one is full, and keeps so many', async () => {
    const config = { name: 'all.log', maxBytes: 1, maxFiles: 3 }
    for (const number of [1, 2, 3, 4, 5]) await send(number, number, config)
    assert.deepEqual((await readdir(on.directory)).sort(), ['all.log', 'all.log.1', 'all.log.2'])
    const oldest = jsonLines(await readFile(join(on.directory, 'all.log.2')))
    assert.deepEqual(
      oldest.map(({ number }) => number),
      [3],
    )
  })

  it('writes nowhere but below the directory that it was given', async () => {
    for (const name of ['../x', '/etc/x', 'a/b', '.', '..', '.hidden', 'a\0b'])
      assert.ok(E.isLeft(await fileBackend.open({ name }, new Map(), { ...contractLimits, directory: on.directory })()))
    assert.ok(E.isLeft(await fileBackend.open({ name: 'x' }, new Map(), contractLimits)()))
  })
})
