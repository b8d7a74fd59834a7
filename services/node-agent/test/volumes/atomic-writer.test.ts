import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { writeAtomically } from '../../src/volumes/atomic-writer.ts'
import type { Payload } from '../../src/volumes/atomic-writer.ts'

const files = (contents: Record<string, string>, mode = 0o644): Payload =>
  new Map(Object.entries(contents).map(([path, text]) => [path, { data: Buffer.from(text), mode }]))
const now = Date.parse('2026-01-02T03:04:05.678Z')

describe('the atomic writer', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'periplus-volume-'))
  })
  afterEach(() => rm(directory, { recursive: true }))
  const text = (path: string): Promise<string> => readFile(join(directory, path), 'utf8')

  it('shows files through ..data', async () => {
    await writeAtomically(directory, files({ a: '1', 'sub/b': '2' }), now)
    assert.equal(await text('a'), '1')
    assert.equal(await text('sub/b'), '2')
    assert.equal(await readlink(join(directory, 'a')), '..data/a')
    assert.equal(await readlink(join(directory, 'sub')), '..data/sub')
    assert.match(await readlink(join(directory, '..data')), /^\.\.2026_01_02_03_04_05\.678/)
  })
  it('swaps the whole set at once and leaves nothing of the old one', async () => {
    await writeAtomically(directory, files({ a: '1', old: 'x' }), now)
    assert.deepEqual(await writeAtomically(directory, files({ a: '2', fresh: 'y' }), now), E.right('written'))
    assert.equal(await text('a'), '2')
    const names = await readdir(directory)
    assert.deepEqual(names.filter(name => !name.startsWith('..2')).sort(), ['..data', 'a', 'fresh'])
    assert.equal(names.filter(name => name.startsWith('..2')).length, 1)
  })
  it('leaves nothing of a set that cannot be shown', async () => {
    await writeAtomically(directory, files({ a: '1' }), now)
    const before = (await readdir(directory)).sort()
    await mkdir(join(directory, '..data_tmp'))
    await assert.rejects(writeAtomically(directory, files({ a: '2' }), now))
    await rm(join(directory, '..data_tmp'), { recursive: true })
    assert.deepEqual((await readdir(directory)).sort(), before)
    assert.equal(await text('a'), '1')
  })
  it('writes nothing when nothing has changed', async () => {
    await writeAtomically(directory, files({ a: '1' }), now)
    const before = await readlink(join(directory, '..data'))
    assert.deepEqual(await writeAtomically(directory, files({ a: '1' }), now + 1000), E.right('same'))
    assert.equal(await readlink(join(directory, '..data')), before)
  })
  it('sets modes, and lets the group read', async () => {
    await writeAtomically(directory, files({ a: '1' }, 0o400), now)
    assert.equal((await stat(join(directory, 'a'))).mode & 0o777, 0o400)
    await writeAtomically(directory, files({ a: '2' }, 0o400), now, 2000)
    const { mode, gid } = await stat(join(directory, 'a'))
    assert.deepEqual([mode & 0o777, gid], [0o440, 2000])
  })
  it('writes nowhere else, whatever the path says', async () => {
    const outside = join(directory, '..', 'periplus-outside')
    const hostile = [
      '../periplus-outside',
      '../../../../../../tmp/periplus-outside',
      'a/../../periplus-outside',
      'a/..',
      '..',
      '.',
      '',
      '/',
      outside,
      '..data',
      '..data/x',
      '..2026_01_02',
      'a\0b',
      'x'.repeat(256),
      'a/'.repeat(3000),
    ]
    for (const path of hostile) {
      const written = await writeAtomically(directory, files({ good: '1', [path]: 'x' }), now)
      assert.ok(E.isLeft(written), JSON.stringify(path))
    }
    assert.deepEqual([await readdir(directory), existsSync(outside)], [[], false])
  })
  it('takes a path as people write it', async () => {
    await writeAtomically(directory, files({ './a//b': '1' }), now)
    assert.equal(await text('a/b'), '1')
  })
  it('leaves nothing of a set that cannot be', async () => {
    const impossible = files({ a: '1', 'a/b': '2' })
    for (const _ of [1, 2]) assert.ok(E.isLeft(await writeAtomically(directory, impossible, now)))
    assert.deepEqual(await readdir(directory), [])
  })
  it('shows an empty set as an empty directory', async () => {
    await writeAtomically(directory, files({ a: '1' }), now)
    await writeAtomically(directory, files({}), now)
    assert.deepEqual(
      (await readdir(directory)).filter(name => !name.startsWith('..')),
      [],
    )
  })
})
