import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clusterCgroup, podsCgroup } from '../../src/home/cgroups.ts'
import { homeOf } from '../../src/home/home.ts'
import { reset } from '../../src/supervisor/reset.ts'

/** Of this machine: version 2 has one, of version 1 two stand for all. */
const hierarchies = () =>
  existsSync('/sys/fs/cgroup/cgroup.controllers')
    ? ['/sys/fs/cgroup']
    : ['memory', 'cpu'].map(controller => join('/sys/fs/cgroup', controller))

describe('forgetting a cluster', () => {
  it('removes volumes in memory too, which are still mounted, and keeps what was installed', async () => {
    const home = homeOf(mkdtempSync(join(tmpdir(), 'periplus-reset-')))
    const volume = join(home.node('n1'), 'var/lib/kubelet/pods/u1/volumes/kubernetes.io~empty-dir/m')
    mkdirSync(volume, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', volume])
    writeFileSync(join(volume, 'file'), '')
    mkdirSync(home.tools)
    await reset(home, () => undefined)
    assert.deepEqual([existsSync(home.nodes), existsSync(home.tools)], [false, true])
    rmSync(home.directory, { recursive: true })
  })

  it('removes lines that log sinks had still to deliver', async () => {
    const home = homeOf(mkdtempSync(join(tmpdir(), 'periplus-reset-')))
    mkdirSync(home.logBuffers)
    writeFileSync(join(home.logBuffers, 'lines'), 'a line of a tenant')
    await reset(home, () => undefined)
    assert.ok(!existsSync(home.logBuffers))
    rmSync(home.directory, { recursive: true })
  })

  it("removes the cgroups that its stopped pods left, and no other cluster's", async () => {
    const home = homeOf(mkdtempSync(join(tmpdir(), 'periplus-reset-')))
    const other = homeOf(mkdtempSync(join(tmpdir(), 'periplus-reset-')))
    const below = (group: string) => hierarchies().map(hierarchy => join(hierarchy, group))
    for (const pod of [
      `${podsCgroup(home)}/besteffort/podu1`,
      `${podsCgroup(home)}/podu2`,
      `${podsCgroup(other)}/podu3`,
    ])
      for (const directory of below(pod)) mkdirSync(directory, { recursive: true })
    await reset(home, () => undefined)
    assert.deepEqual(below(clusterCgroup(home)).filter(existsSync), [])
    assert.deepEqual(below(`${podsCgroup(other)}/podu3`).filter(existsSync), below(`${podsCgroup(other)}/podu3`))
    await reset(other, () => undefined)
    for (const { directory } of [home, other]) rmSync(directory, { recursive: true })
  })
})
