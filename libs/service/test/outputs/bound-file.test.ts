import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { boundFile } from '../../src/index.ts'

describe('what a process writes out', () => {
  let directory: string
  let path: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'periplus-bound-'))
    path = join(directory, 'output.log')
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('begins anew over its limit, with the one before it kept', () => {
    writeFileSync(path, 'x'.repeat(100))
    assert.equal(boundFile(path, 100), false)
    assert.equal(boundFile(path, 99), true)
    assert.equal(statSync(path).size, 0)
    assert.equal(readFileSync(`${path}.1`, 'utf8').length, 100)
    truncateSync(path, 200)
    assert.equal(boundFile(path, 150), true)
    assert.deepEqual([statSync(`${path}.1`).size, statSync(`${path}.2`).size], [200, 100])
    assert.equal(boundFile(join(directory, 'none')), false)
  })

  it('is kept in five files before it', () => {
    for (let n = 1; n <= 7; n++) {
      writeFileSync(path, String(n))
      assert.ok(boundFile(path, 0))
    }
    const kept = readdirSync(directory).filter(name => name !== 'output.log')
    assert.deepEqual(
      kept.map(name => `${name}: ${readFileSync(join(directory, name), 'utf8')}`).sort(),
      [7, 6, 5, 4, 3].map((n, i) => `output.log.${i + 1}: ${n}`),
    )
  })

  it('loses nothing that is written while it is copied', () => {
    writeFileSync(path, 'x'.repeat(100))
    const more = 'y'.repeat(100_000)
    const copy = (from: string, to: string): void => {
      copyFileSync(from, to)
      appendFileSync(from, more)
    }
    assert.equal(boundFile(path, 99, { copy }), true)
    assert.equal(readFileSync(`${path}.1`, 'utf8'), 'x'.repeat(100) + more)
    assert.equal(statSync(path).size, 0)
  })

  it('loses no line, and has none cut, while a process writes without a pause', async function () {
    this.timeout(60_000)
    const output = openSync(path, 'a')
    const writes = `const { writeSync } = require('node:fs'); for (let n = 0; ; n++) writeSync(1, n + ' ' + 'x'.repeat(n % 90) + '\\n')`
    const writer = spawn(process.execPath, ['-e', writes], { stdio: ['ignore', output, 'ignore'] })
    closeSync(output)
    try {
      let next = 0
      for (let rotations = 0; rotations < 60;) {
        if (!boundFile(path, 20_000)) {
          await new Promise(resolve => setImmediate(resolve))
          continue
        }
        rotations++
        for (const line of readFileSync(`${path}.1`, 'utf8').split('\n').slice(0, -1))
          assert.equal(line, `${next} ${'x'.repeat(next++ % 90)}`, `in the file of rotation ${rotations}`)
      }
    } finally {
      writer.kill('SIGKILL')
      await once(writer, 'exit')
    }
  })

  it('makes room with the oldest of what was before, and leaves no part of a copy that has none', () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96k', 'periplus-test', directory])
    try {
      for (const age of [1, 2]) writeFileSync(`${path}.${age}`, 'o'.repeat(20_000))
      writeFileSync(path, 'x'.repeat(30_000))
      assert.equal(boundFile(path, 99), true)
      assert.deepEqual(readdirSync(directory).sort(), ['output.log', 'output.log.1', 'output.log.2'])
      assert.deepEqual([statSync(`${path}.1`).size, statSync(`${path}.2`).size], [30_000, 20_000])
      rmSync(`${path}.1`)
      rmSync(`${path}.2`)
      writeFileSync(path, 'x'.repeat(80_000))
      assert.equal(boundFile(path, 99), true)
      assert.deepEqual(readdirSync(directory), ['output.log'])
      assert.equal(statSync(path).size, 0)
    } finally {
      execFileSync('umount', [directory])
    }
  })
})
