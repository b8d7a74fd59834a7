import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileNotWritten, writePrivately } from '../../src/index.ts'

describe('a file that is written whole or not at all', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pp-whole-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('is its owner’s alone, and makes its directory', () => {
    const path = join(directory, 'new/file')
    writePrivately(path, 'one')
    writePrivately(path, 'two')
    assert.equal(readFileSync(path, 'utf8'), 'two')
    assert.deepEqual([statSync(path).mode & 0o777, statSync(join(directory, 'new')).mode & 0o777], [0o600, 0o700])
  })

  it('stays as it was where the disk is full, and the error names it', () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'periplus-test', directory])
    try {
      const path = join(directory, 'file')
      writePrivately(path, 'good')
      assert.throws(() => writeFileSync(join(directory, 'filling'), Buffer.alloc(1024 ** 2)), /ENOSPC/)
      const full = (error: unknown): boolean =>
        error instanceof FileNotWritten &&
        error.code === 'ENOSPC' &&
        error.message.startsWith(`${path} cannot be written: ENOSPC`)
      assert.throws(() => writePrivately(path, 'x'.repeat(50_000)), full)
      assert.equal(readFileSync(path, 'utf8'), 'good')
      assert.deepEqual(readdirSync(directory).sort(), ['file', 'filling'])
      // What stays as it is needs no room.
      writePrivately(path, 'good')
    } finally {
      execFileSync('umount', [directory])
    }
  })

  it('is not written through a link where the new one is made', () => {
    const [path, elsewhere] = [join(directory, 'file'), join(directory, 'elsewhere')]
    symlinkSync(elsewhere, `${path}.${process.pid}.new`)
    writePrivately(path, 'mine')
    assert.equal(readFileSync(path, 'utf8'), 'mine')
    assert.ok(!existsSync(elsewhere))
  })
})
