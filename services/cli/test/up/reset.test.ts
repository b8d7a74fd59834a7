import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { homeOf } from '../../src/up/home.ts'
import { reset } from '../../src/up/reset.ts'

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
})
