import assert from 'node:assert/strict'
import { existsSync, lstatSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { directory, file, symlink, tarOf } from '@periplus/images'
import type { FileEntry } from '@periplus/images'
import { runHere } from '../src/process/run-here.ts'
import { unpackLayers } from '../src/process/unpack-layers.ts'

const text = (content: string): FileEntry => file(Buffer.from(content))
const layer = (entries: Readonly<Record<string, FileEntry>>): Buffer => tarOf(new Map(Object.entries(entries)))

describe("an image's layers", () => {
  let home: string
  let files: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'periplus-layers-'))
    files = join(home, 'image/files')
    await mkdir(join(home, 'outside'))
    await writeFile(join(home, 'outside/kept'), 'as it was')
    await writeFile(join(home, 'kept'), 'as it was')
  })
  afterEach(() => rm(home, { recursive: true }))

  const unpack = (...layers: readonly Buffer[]) => unpackLayers(join(home, 'image'), files, layers)
  const read = (path: string): Promise<string> => readFile(join(files, path), 'utf8')

  it('are laid over each other', async () => {
    const lower = layer({
      'etc/a': text('1'),
      'etc/b': text('1'),
      tmp: { ...directory(), mode: 0o1777 },
      'old/x': text('1'),
    })
    const upper = layer({
      'etc/a': text('2'),
      'etc/.wh.b': text(''),
      'tmp/x': text('2'),
      'old/.wh..wh..opq': text(''),
      'old/y': text('2'),
    })
    assert.equal(await unpack(lower, gzipSync(upper)), undefined)
    assert.equal(await read('etc/a'), '2')
    assert.deepEqual(await readdir(join(files, 'etc')), ['a'])
    assert.deepEqual(await readdir(join(files, 'old')), ['y'])
    assert.deepEqual(await readdir(join(home, 'image')), ['files'])
  })

  it('may replace a directory by a file, and a file by a directory', async () => {
    assert.equal(
      await unpack(layer({ a: text('1'), 'b/c': text('1') }), layer({ 'a/c': text('2'), b: text('2') })),
      undefined,
    )
    assert.deepEqual([await read('a/c'), await read('b')], ['2', '2'])
  })

  it('write below the links of those below them as the container will read them', async () => {
    const lower = layer({
      'usr/lib': directory(),
      lib: symlink('usr/lib'),
      'var/run': symlink('/run'),
      run: directory(),
    })
    assert.equal(await unpack(lower, layer({ 'lib/x': text('2'), 'var/run/y': text('2') })), undefined)
    assert.deepEqual([await read('usr/lib/x'), await read('run/y')], ['2', '2'])
    assert.ok(lstatSync(join(files, 'lib')).isSymbolicLink())
  })

  it('neither write nor remove anything outside of the image', async () => {
    const outside = join(home, 'outside')
    await writeFile(join(outside, 'new'), '2')
    const { stdout: absolute } = await runHere('tar', ['-c', '-P', '-f', '-', join(outside, 'new')])
    await rm(join(outside, 'new'))
    const ways = [
      [layer({ way: symlink(outside) }), layer({ 'way/new': text('2'), 'way/kept': text('2') })],
      [layer({ way: symlink(outside) }), layer({ 'way/.wh.kept': text('') })],
      [layer({ way: symlink(outside) }), layer({ 'way/.wh..wh..opq': text('') })],
      [layer({ way: symlink('../../outside') }), layer({ 'way/new': text('2'), 'way/.wh.kept': text('') })],
      [layer({ a: text('1') }), layer({ '.wh...': text(''), '.wh..': text(''), '.wh.': text('') })],
      [layer({ '../../kept': text('2') })],
      [layer({ '../../outside/.wh.kept': text('') })],
      [layer({ '../.wh.image': text(''), '../../.wh.outside': text('') })],
      [layer({ way: symlink(outside), 'way/new': text('2') })],
      [absolute],
    ]
    for (const layers of ways) {
      await rm(join(home, 'image'), { recursive: true, force: true })
      await unpack(...layers)
      assert.deepEqual((await readdir(home)).sort(), ['image', 'kept', 'outside'])
      assert.deepEqual(await readdir(outside), ['kept'])
      for (const kept of ['kept', 'outside/kept']) assert.equal(await readFile(join(home, kept), 'utf8'), 'as it was')
    }
  })

  it('bring no devices', async function () {
    if (process.geteuid?.() !== 0) this.skip()
    await mkdir(join(home, 'made'))
    await runHere('mknod', [join(home, 'made/disk'), 'b', '8', '0'])
    await writeFile(join(home, 'made/file'), '1')
    const { stdout } = await runHere('tar', ['-c', '-f', '-', '-C', join(home, 'made'), '.'])
    await rm(join(home, 'made'), { recursive: true })
    assert.equal(await unpack(stdout), undefined)
    assert.deepEqual(await readdir(files), ['file'])
  })

  it('keep the modes of directories that others only lead through', async () => {
    const lower = layer({ tmp: { ...directory(), mode: 0o1777 }, etc: { ...directory(), mode: 0o755 } })
    const { stdout } = await (async () => {
      await mkdir(join(home, 'made/tmp'), { recursive: true })
      await writeFile(join(home, 'made/tmp/x'), '2')
      const made = await runHere('tar', ['-c', '-f', '-', '-C', join(home, 'made'), 'tmp/x'])
      await rm(join(home, 'made'), { recursive: true })
      return made
    })()
    assert.equal(await unpack(lower, stdout, layer({ etc: { ...directory(), mode: 0o700 } })), undefined)
    assert.ok(existsSync(join(files, 'tmp/x')))
    assert.deepEqual(
      [statSync(join(files, 'tmp')).mode & 0o7777, statSync(join(files, 'etc')).mode & 0o7777],
      [0o1777, 0o700],
    )
  })
})
