import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { shippedFile } from '@periplus/service'
import { answering, httpRecorder, lineOf, openWriter, sourceOf } from '@periplus/logs/contract'
import type { loadBackends } from '../src/index.ts'

/** As an operator has it: a package that somebody packed, installed beside a bundle of this program. */
describe('a log backend of others', function () {
  this.timeout(60_000)
  const directory = mkdtempSync(join(tmpdir(), 'pp-package-'))
  after(() => rmSync(directory, { recursive: true }))

  it('is a package that npm installs, and is named by its name', async () => {
    const example = join(shippedFile('deploy/examples/log-backend/package.json'), '..')
    const npm = (cwd: string, ...words: readonly string[]): string =>
      execFileSync('npm', [...words, '--offline', '--loglevel=error'], { cwd, encoding: 'utf8' })
    const packed = npm(example, 'pack', '--pack-destination', directory).trim()
    const installed = join(directory, 'periplus')
    mkdirSync(installed)
    writeFileSync(join(installed, 'package.json'), '{"type":"module"}')
    npm(installed, 'install', '--no-audit', '--no-fund', join(directory, packed))
    const program = join(installed, 'load-backends.js')
    const entry = shippedFile('services/log-router/src/load-backends.ts')
    await build({ entryPoints: [entry], outfile: program, bundle: true, format: 'esm', platform: 'node' })
    const loaded = (await import(pathToFileURL(program).href)) as { readonly loadBackends: typeof loadBackends }

    const name = 'periplus-log-victorialogs'
    const { backends, refused } = await loaded.loadBackends([name, 'periplus-log-nowhere'])
    assert.deepEqual([[...backends.keys()], refused.length], [[name], 1])
    assert.match(refused[0] ?? '', /^periplus-log-nowhere: Cannot find package/)
    const backend = backends.get(name)
    assert.ok(backend)
    const recorder = await httpRecorder((request, response, accept) => {
      accept()
      answering(200)(request, response, accept)
    })
    const harness = { backend, config: { url: `${recorder.url}/` }, received: async () => [], faults: {} }
    const writer = await openWriter({ ...harness, close: recorder.close })
    const answer = await writer.write([lineOf(sourceOf(), 1, 'said')], new AbortController().signal)
    assert.deepEqual(answer, { tag: 'Taken' })
    assert.match(recorder.accepted[0]?.body.toString() ?? '', /"_msg":"said"/)
    await writer.close()
    await recorder.close()
  })
})
