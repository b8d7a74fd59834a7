import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { boundFile, compressRotated } from '../../src/index.ts'

describe('what an output was before', () => {
  let directory: string
  let path: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'periplus-compress-'))
    path = join(directory, 'output.log')
  })
  afterEach(() => rmSync(directory, { recursive: true }))
  const names = (): readonly string[] =>
    readdirSync(directory)
      .map(name => name.slice('output.log'.length))
      .toSorted()

  it('is compressed, but for the newest file, and five files are kept all the same', async () => {
    for (let n = 1; n <= 8; n++) {
      writeFileSync(path, `said ${n}\n`.repeat(1000))
      assert.ok(boundFile(path, 0))
      const before = statSync(`${path}.1`).mtimeMs
      await compressRotated(path)
      assert.equal(statSync(`${path}.1`).mtimeMs, before)
    }
    assert.deepEqual(names(), ['', '.1', '.2.gz', '.3.gz', '.4.gz', '.5.gz'])
    for (const [age, n] of [
      [2, 7],
      [3, 6],
      [4, 5],
      [5, 4],
    ] as const) {
      const file = `${path}.${age}.gz`
      assert.equal(gunzipSync(readFileSync(file)).toString(), `said ${n}\n`.repeat(1000))
      assert.ok(statSync(file).size < 1000)
      assert.equal(statSync(file).mode & 0o777, 0o600)
    }
  })

  it('becomes older while it is compressed, and goes', async () => {
    const content = randomBytes(1_000_000)
    for (let n = 1; n <= 2; n++) {
      writeFileSync(path, content)
      boundFile(path, 0)
    }
    let compressing = compressRotated(path)
    writeFileSync(path, 'more')
    boundFile(path, 0)
    await compressing
    assert.deepEqual(names(), ['', '.1', '.2', '.3.gz'])
    assert.ok(gunzipSync(readFileSync(`${path}.3.gz`)).equals(content))
    compressing = compressRotated(path)
    for (let n = 1; n <= 5; n++) {
      writeFileSync(path, String(n))
      boundFile(path, 0)
    }
    await compressing
    assert.deepEqual(names(), ['', '.1', '.2', '.3', '.4', '.5'])
  })

  it('stays as it is where there is no room, and is the first to go where room is needed', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96k', 'periplus-test', directory])
    try {
      writeFileSync(`${path}.2`, randomBytes(60_000))
      await compressRotated(path)
      assert.deepEqual(names(), ['.2'])
      writeFileSync(`${path}.2`, 'x'.repeat(60_000))
      await compressRotated(path)
      assert.deepEqual(names(), ['.2.gz'])
      writeFileSync(path, randomBytes(44_000))
      assert.equal(boundFile(path, 99), true)
      assert.equal(statSync(`${path}.1`).size, 44_000)
    } finally {
      execFileSync('umount', [directory])
    }
  })
})
