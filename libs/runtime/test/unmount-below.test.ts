import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { unmountBelow } from '@periplus/service'

const run = promisify(execFile)

describe('unmounting all below a directory', () => {
  let root: string
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'periplus-unmount-'))
  })
  after(() => rm(root, { recursive: true }))

  it('finds mounts whatever their names are, and by a link as well', async () => {
    await mkdir(join(root, 'home'))
    await symlink('home', join(root, 'link'))
    for (const name of ['plain', 'a space', 'a\ttab', 'back\\slash', 'line\nend', 'ümlaut', 'a#b']) {
      await mkdir(join(root, 'home', name))
      await run('mount', ['-t', 'tmpfs', 'tmpfs', join(root, 'home', name)])
    }
    assert.deepEqual(await unmountBelow([join(root, 'link')]), [])
    const { stdout } = await run('findmnt', ['--list', '--noheadings', '--output', 'TARGET'])
    assert.ok(!stdout.includes(root))
  })
})
