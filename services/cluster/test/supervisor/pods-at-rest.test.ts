import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '@periplus/prelude'
import { podsAtRest, wakePods } from '../../src/supervisor/pods-at-rest.ts'

const hierarchy = existsSync('/sys/fs/cgroup/freezer') ? '/sys/fs/cgroup/freezer' : '/sys/fs/cgroup'

/** Clock ticks for which a process has run. */
const ticksOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')
  return Number(fields[13]) + Number(fields[14])
}
const ticked = async (pid: number): Promise<void> => {
  const before = ticksOf(pid)
  while (ticksOf(pid) === before) await new Promise(resolve => setTimeout(resolve, 5))
}

describe('pods at rest', () => {
  const cgroup = `/periplus-test-${process.pid}`
  const directory = join(hierarchy, cgroup)
  before(() => mkdirSync(directory))
  after(() => rmdirSync(directory))

  it('do nothing for as long as it takes, and go on then, whatever came of it', async () => {
    const busy = spawn('sh', ['-c', 'while :; do :; done'])
    const pid = busy.pid ?? 0
    try {
      writeFileSync(join(directory, 'cgroup.procs'), String(pid))
      await ticked(pid)
      const rest = podsAtRest(cgroup, systemClock)
      const failed = rest(async () => {
        const before = ticksOf(pid)
        // Another process has had as much time as this one would have used.
        const other = spawn('sh', ['-c', 'while :; do :; done'])
        for (let round = 0; round < 5; round++) await ticked(other.pid ?? 0)
        other.kill('SIGKILL')
        assert.equal(ticksOf(pid), before)
        throw new Error('in the middle of it')
      })
      await assert.rejects(failed, /in the middle of it/)
      await ticked(pid)
      wakePods(cgroup)
      await ticked(pid)
    } finally {
      busy.kill('SIGKILL')
      await once(busy, 'exit')
    }
  })

  it('need no cgroup', async () => {
    wakePods('/periplus-test-none')
    assert.equal(await podsAtRest('/periplus-test-none', systemClock)(async () => 'done'), 'done')
  })
})
