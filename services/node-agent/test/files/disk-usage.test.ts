import assert from 'node:assert/strict'
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diskUsage } from '../../src/files/disk-usage.ts'

describe('what lies below directories', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pp-usage-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('is counted once, whatever it is called and wherever links lead', async () => {
    mkdirSync(join(directory, 'a/b\nc'), { recursive: true })
    writeFileSync(join(directory, 'a/b\nc', '9 9 9\n'), Buffer.alloc(100_000, 'x'))
    const { bytes, inodes } = await diskUsage([directory])
    assert.ok(bytes >= 100_000 && bytes < 200_000, String(bytes))
    assert.equal(inodes, 4)
    linkSync(join(directory, 'a/b\nc', '9 9 9\n'), join(directory, 'again'))
    symlinkSync('/usr', join(directory, 'away'))
    const more = await diskUsage([directory])
    assert.ok(more.bytes < bytes + 50_000)
    assert.equal(more.inodes, inodes + 1)
    assert.deepEqual(await diskUsage([]), { bytes: 0, inodes: 0 })
    assert.deepEqual(await diskUsage([join(directory, 'gone')]), { bytes: 0, inodes: 0 })
  })

  it('is counted as far as there is time', async () => {
    for (let i = 0; i < 500; i++) writeFileSync(join(directory, String(i)), 'x')
    const part = await diskUsage([directory], 0)
    assert.ok(part.inodes <= 501)
    assert.equal((await diskUsage([directory])).inodes, 501)
  })
})
