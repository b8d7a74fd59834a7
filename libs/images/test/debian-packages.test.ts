import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { unpackPackages } from '../src/debian-packages.ts'

describe('packages for an image', function () {
  this.timeout(120_000)
  let work: string
  const settingBefore = process.env['APT_CONFIG']
  before(async () => {
    work = await mkdtemp(join(tmpdir(), 'pp-packages-'))
    process.env['APT_CONFIG'] = join(work, 'apt.conf')
  })
  after(async () => {
    if (settingBefore === undefined) delete process.env['APT_CONFIG']
    else process.env['APT_CONFIG'] = settingBefore
    await rm(work, { recursive: true })
  })

  it('come also where there are no package lists, and none may be written', async () => {
    await writeFile(join(work, 'apt.conf'), 'Dir::State::Lists "/proc/no-lists-here";\n')
    const unpacked = await unpackPackages({ packages: ['busybox-static'], leaveOut: [] })
    assert.ok(E.isRight(unpacked), JSON.stringify(unpacked))
    assert.deepEqual(Object.keys(unpacked.right.versions), ['busybox-static'])
    assert.ok(unpacked.right.tree.has('bin/busybox') || unpacked.right.tree.has('usr/bin/busybox'))
  })
})
