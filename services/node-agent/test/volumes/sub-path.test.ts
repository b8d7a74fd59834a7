import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { unbind } from '../../src/volumes/mounting.ts'
import { showSubPath } from '../../src/volumes/sub-path.ts'
import { attackSeconds, swapper } from '../files/swapper.ts'

describe('showing a subPath of a volume that others write to', function () {
  this.timeout(90_000 + 3000 * attackSeconds)
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'periplus-sub-path-'))
    await mkdir(join(root, 'volume/seen'), { recursive: true })
    await mkdir(join(root, 'outside'))
  })
  afterEach(() => rm(root, { recursive: true }))

  it('never mounts what is outside', async () => {
    const outside = (await stat(join(root, 'outside'))).ino
    const place = join(root, 'place')
    const attacker = swapper(join(root, 'volume'))
    let mounted = 0
    try {
      for (const end = performance.now() + attackSeconds * 1000; performance.now() < end || mounted < 10;) {
        const shown = await showSubPath({ home: join(root, 'volume'), path: 'seen', place, shared: false })
        if (E.isLeft(shown)) continue
        assert.notEqual((await stat(place)).ino, outside, 'a link was followed out of the volume')
        mounted++
      }
    } finally {
      await attacker.terminate()
      assert.deepEqual(await unbind(place), E.right(undefined))
    }
  })
})
