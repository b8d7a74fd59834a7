import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unifiedRefused } from '@periplus/service'

describe('a real cgroup of version 2, as the root that a container sees', () => {
  const needed = ['hugetlb']
  let root: string
  let group: string

  /** Also a machine of version 1 can mount the hierarchy of version 2, with the controllers that are left. */
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'periplus-cgroup2-'))
    execFileSync('mount', ['-t', 'cgroup2', 'cgroup2', root])
    await writeFile(join(root, 'cgroup.subtree_control'), '+hugetlb')
    group = join(root, `periplus-test-${process.pid}`)
    await mkdir(group)
  })
  after(async () => {
    await rmdir(group)
    execFileSync('umount', [root])
    await rmdir(root)
  })

  it('will do when it is empty', async () => {
    assert.deepEqual(await unifiedRefused(group, needed), [])
    await writeFile(join(group, 'cgroup.subtree_control'), '-hugetlb')
  })

  it('will not do when processes lie in it, as no child of it would get controllers', async () => {
    const child = spawn('sleep', ['1000'], { stdio: 'ignore' })
    await writeFile(join(group, 'cgroup.procs'), String(child.pid))
    const refused = await unifiedRefused(group, needed)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const words = `cgroup controllers below ${group} (processes lie in it: move them to a cgroup below)`
    assert.deepEqual(refused, [words])
  })
})
