import assert from 'node:assert/strict'
import { renameSync, symlinkSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { E } from '@periplus/prelude'
import { openBeneath } from '../../src/files/open-beneath.ts'
import { writeBeneath } from '../../src/files/write-beneath.ts'

/** How long a race is run; `make attack` asks for more. */
const seconds = Number(process.env['ATTACK_SECONDS'] ?? 4)

/** Swaps a directory and a link out of the volume in a thread of its own, as fast as the kernel can. */
const swapper = (place: string): Worker =>
  new Worker(
    `const { renameSync, symlinkSync, unlinkSync } = require('node:fs')
     const { workerData: place } = require('node:worker_threads')
     const attempt = step => { try { step() } catch { /* somebody made something there meanwhile */ } }
     for (let round = 0; ; round++) {
       attempt(() => renameSync(place + '/seen', place + '/away-' + round))
       attempt(() => symlinkSync('../outside', place + '/seen'))
       attempt(() => unlinkSync(place + '/seen'))
       attempt(() => renameSync(place + '/away-' + round, place + '/seen'))
     }`,
    { eval: true, workerData: place },
  )

describe('opening beneath a directory that others write to', function () {
  this.timeout(30_000 + 3000 * seconds)
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
      for (const end = performance.now() + seconds * 1000; performance.now() < end;)
        counts[(await attempt(counts.through + counts.refused)) ? 'through' : 'refused']++
    } finally {
      await attacker.terminate()
    }
    assert.ok(counts.through > 100 && counts.refused > 100, `it was no race: ${JSON.stringify(counts)}`)
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
    for (let round = 0; round < 50; round++) {
      for (const path of ['etc/passwd', 'none', 'seen/none', '../outside', 'seen/../..', 'seen/sub/../../../outside'])
        assert.ok(E.isLeft(await openBeneath(volume, path)), path)
      await writeFile(join(volume, 'file'), '')
      assert.ok(E.isLeft(await openBeneath(volume, 'file/below', 0o777)))
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
