import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E, systemClock } from '@periplus/prelude'
import { endCgroups, removeCgroups } from '../../src/index.ts'

/** Directories as the kernel shows them; a cgroup that holds a process is one that `rmdir` refuses, as a file makes it do. */
describe('removing cgroups', () => {
  let mountPoint: string

  beforeEach(async () => {
    mountPoint = await mkdtemp(join(tmpdir(), 'periplus-cgroups-'))
  })
  afterEach(() => rm(mountPoint, { recursive: true }))

  const given = (...groups: readonly string[]) =>
    Promise.all(groups.map(group => mkdir(join(mountPoint, group), { recursive: true })))
  const left = async () => (await readdir(mountPoint, { recursive: true })).sort()

  it('of version 2, in its one hierarchy, and nothing of the same name elsewhere', async () => {
    await writeFile(join(mountPoint, 'cgroup.controllers'), 'cpu memory pids\n')
    await given('own/kubepods/besteffort/pod1/c1', 'own/kubepods/pod2', 'system.slice/own')
    assert.deepEqual(await removeCgroups(['/own'], mountPoint), E.right(undefined))
    assert.deepEqual(await left(), ['cgroup.controllers', 'system.slice', 'system.slice/own'])
  })

  it('of version 1, in every hierarchy', async () => {
    await given('memory/own/pod1/c1', 'cpu/own/pod1', 'pids/other')
    assert.deepEqual(await removeCgroups(['/own'], mountPoint), E.right(undefined))
    assert.deepEqual(await left(), ['cpu', 'memory', 'pids', 'pids/other'])
  })

  it('says which one still holds processes, and leaves it', async () => {
    await writeFile(join(mountPoint, 'cgroup.controllers'), '')
    await given('own/pod1/c1')
    await writeFile(join(mountPoint, 'own/pod1/c1/process'), '')
    const removed = await removeCgroups(['/own'], mountPoint)
    assert.ok(E.isLeft(removed))
    assert.match(removed.left, /^cgroup .*\/own\/pod1\/c1 cannot be removed: ENOTEMPTY/)
  })

  it('kills what runs in them, and not its own process for one that cannot be seen from here', async () => {
    await writeFile(join(mountPoint, 'cgroup.controllers'), '')
    await given('own/pod1')
    const running = spawn('sleep', ['1000'], { stdio: 'ignore' })
    const ended = once(running, 'exit')
    await writeFile(join(mountPoint, 'own/pod1/cgroup.procs'), `0\n${running.pid}\n`)
    // Where the kernel would have the cgroup empty, a file lies on.
    const clock = { ...systemClock, after: (_: number, then: () => void) => systemClock.after(0, then) }
    assert.ok(E.isLeft(await endCgroups(['/own'], clock, mountPoint)))
    assert.deepEqual(await ended, [null, 'SIGKILL'])
  })

  it('finds nothing to do where there are none', async () => {
    assert.deepEqual(await removeCgroups(['/own'], join(mountPoint, 'none')), E.right(undefined))
  })
})
