import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unifiedRefused } from '../../src/local-containerd/cgroups-possible.ts'

describe('cgroups of version 2', () => {
  it('names the controllers that are not offered', async () => {
    const root = await mkdtemp(join(tmpdir(), 'periplus-cgroups-'))
    await writeFile(join(root, 'cgroup.controllers'), 'cpuset cpu io\n')
    assert.deepEqual(await unifiedRefused(root, ['cpu', 'memory', 'pids']), ['cgroup controllers memory, pids'])
    await rm(root, { recursive: true })
  })
})
