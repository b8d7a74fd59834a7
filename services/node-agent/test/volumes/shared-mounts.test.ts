import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { runTool } from '../../src/files/run-tool.ts'
import { mountTmpfs, shareMounts } from '../../src/volumes/mounting.ts'

describe('mounts that containers are to see', () => {
  let root: string
  let kubelet: string
  const memory = { sizeBytes: 0, mode: 0o755, group: 0 }
  const lines = async (): Promise<readonly string[]> =>
    (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter(line => line.includes(` ${kubelet} `))

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'periplus-shared-')))
    // As in a container, whatever the machine is like.
    assert.ok(E.isRight(await mountTmpfs(root, memory)))
    assert.ok(E.isRight(await runTool('mount', ['--make-private', root])))
    kubelet = join(root, 'kubelet')
    await mkdir(join(kubelet, 'pods'), { recursive: true })
  })
  afterEach(async () => {
    await runTool('umount', ['--recursive', root])
    await rm(root, { recursive: true })
  })

  it('are shared where they were not, once', async () => {
    assert.deepEqual(await shareMounts(kubelet), E.right(undefined))
    assert.deepEqual(await shareMounts(kubelet), E.right(undefined))
    const [only, ...more] = await lines()
    assert.match(only ?? '', / shared:\d+ /)
    assert.equal(more.length, 0)
  })

  it('are as they are where all around is shared', async () => {
    assert.ok(E.isRight(await runTool('mount', ['--make-shared', root])))
    assert.deepEqual(await shareMounts(kubelet), E.right(undefined))
    assert.deepEqual(await lines(), [])
  })

  it('are not hidden by it', async () => {
    assert.ok(E.isRight(await mountTmpfs(join(kubelet, 'pods'), memory)))
    assert.ok(E.isLeft(await shareMounts(kubelet)))
    assert.deepEqual(await lines(), [])
  })
})
