import assert from 'node:assert/strict'
import { renameSync, symlinkSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { openBeneath } from '@periplus/runtime'
import { attackSeconds as seconds, swapper } from './swapper.ts'
import { writeBeneath } from '../../src/files/write-beneath.ts'

describe('opening beneath a directory that others write to', function () {
  this.timeout(90_000 + 3000 * seconds)
  let root: string
  let volume: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'periplus-beneath-'))
    volume = join(root, 'volume')
    await mkdir(join(volume, 'seen/sub'), { recursive: true })
    await mkdir(join(root, 'outside/sub'), { recursive: true })
    await writeFile(join(root, 'outside/sub/secret'), '')
  })
  afterEach(() => rm(root, { recursive: true }))

  /** Does the same again and again while the names change; what is counted: refusals, and what came through. */
  const race = async (attempt: (round: number) => Promise<boolean>) => {
    const attacker = swapper(volume)
    const counts = { through: 0, refused: 0 }
    try {
      for (
        const end = performance.now() + seconds * 1000;
        performance.now() < end || Math.min(counts.through, counts.refused) < 20;
      )
        counts[(await attempt(counts.through + counts.refused)) ? 'through' : 'refused']++
    } finally {
      await attacker.terminate()
    }
  }

  it('never opens what is outside', async () => {
    const inside = new Set([(await stat(join(volume, 'seen'))).ino, (await stat(join(volume, 'seen/sub'))).ino])
    await race(async round => {
      const held = await openBeneath(volume, round % 2 === 0 ? 'seen' : 'seen/sub')
      if (E.isLeft(held)) return false
      const { ino } = await held.right.stat()
      await held.right.close()
      assert.ok(inside.has(ino), 'a link was followed out of the volume')
      return true
    })
  })
  it('never makes directories or files outside', async () => {
    await race(async round => {
      const written = await writeBeneath(volume, `seen/new-${round}/file`, { data: 'x', mode: 0o644 }).catch(
        (error: unknown) => E.left(String(error)),
      )
      return E.isRight(written)
    })
    assert.deepEqual(
      [await readdir(join(root, 'outside')), await readdir(join(root, 'outside/sub'))],
      [['sub'], ['secret']],
    )
  })
  it('leaves nothing open behind it', async () => {
    const before = (await readdir('/proc/self/fd')).length
    await symlink('/etc', join(volume, 'etc'))
    for (let round = 0; round < 10; round++) {
      for (const path of ['etc/passwd', 'none', 'seen/none', '../outside', 'seen/../..', 'seen/sub/../../../outside'])
        assert.ok(E.isLeft(await openBeneath(volume, path)), path)
      await writeFile(join(volume, 'file'), '')
      assert.ok(E.isLeft(await openBeneath(volume, 'file/below', { makeMissing: 0o777 })))
    }
    assert.ok((await readdir('/proc/self/fd')).length <= before + 1)
  })
  it('stays where it is when a directory on the way is moved out', async () => {
    const held = await openBeneath(volume, 'seen')
    assert.ok(E.isRight(held))
    renameSync(join(volume, 'seen'), join(volume, 'moved'))
    symlinkSync('../outside', join(volume, 'seen'))
    assert.equal((await held.right.stat()).ino, (await stat(join(volume, 'moved'))).ino)
    await held.right.close()
  })
})
