import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { budgetOf } from '../src/buffer/budget.ts'
import { diskBuffer } from '../src/buffer/disk-buffer.ts'
import type { BufferLimits, DiskBuffer } from '../src/buffer/disk-buffer.ts'
import type { KeptFrame } from '../src/buffer/segment.ts'

const mebibyte = 2 ** 20
const frame = (position: number, size = 100): KeptFrame => ({
  ...{ position, storedAt: 1_000 + position },
  bytes: Buffer.alloc(size, `frame ${position} `),
})

describe("a sink's buffer on disk", () => {
  let directory: string
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'pp-buffer-'))))
  afterEach(() => rmSync(directory, { recursive: true }))

  const open = (after = 0, more: Partial<BufferLimits> = {}): Promise<DiskBuffer> =>
    diskBuffer(join(directory, 'sink'), after, {
      ...{ mostBytes: 64 * mebibyte, budget: budgetOf(64 * mebibyte), hasRoom: () => true, writer: 'one' },
      ...more,
    })
  const files = (): readonly string[] => readdirSync(join(directory, 'sink')).sort()
  const fill = async (buffer: DiskBuffer, positions: readonly number[], size?: number): Promise<void> => {
    for (const position of positions) assert.ok(await buffer.push(frame(position, size)))
  }
  const rest = async (buffer: DiskBuffer): Promise<readonly number[]> => {
    const taken: number[] = []
    for (let next = await buffer.take(); next !== undefined; next = await buffer.take()) {
      assert.deepEqual(next, { ...frame(next.position, next.bytes.length), bytes: next.bytes })
      assert.deepEqual(Buffer.from(next.bytes), frame(next.position, next.bytes.length).bytes)
      taken.push(next.position)
    }
    return taken
  }

  it('gives what it was given, in its order, also while more comes', async () => {
    const buffer = await open()
    assert.deepEqual([buffer.isEmpty, buffer.last, await buffer.take()], [true, undefined, undefined])
    await fill(buffer, [3, 4, 9])
    assert.equal((await buffer.take())?.position, 3)
    const [, taken] = await Promise.all([fill(buffer, [10, 11, 12]), rest(buffer)])
    assert.deepEqual([...taken, ...(await rest(buffer))], [4, 9, 10, 11, 12])
    assert.deepEqual([buffer.isEmpty, buffer.last], [true, 12])
    await buffer.close()
  })

  it('keeps it over a restart until it is let go, and then removes it', async () => {
    const first = await open()
    await fill(first, [1, 2, 3, 4, 5, 6], 2 * mebibyte)
    await rest(first)
    assert.ok(files().length >= 3)
    await first.close()
    const second = await open(3, { writer: 'two' })
    assert.equal(second.last, 6)
    await fill(second, [7], 10)
    const positions = await rest(second)
    assert.deepEqual(positions.slice(-4), [4, 5, 6, 7])
    await second.letGo(6)
    await second.letGo(7)
    assert.deepEqual([files(), second.bytes], [[], 0])
    await second.close()
  })

  it('has what stands before damage, and nothing of what stands behind it', async () => {
    const first = await open()
    await fill(first, [1, 2, 3, 4, 5, 6], 1.5 * mebibyte)
    await first.close()
    const [, second = ''] = files()
    const path = join(directory, 'sink', second)
    const bytes = readFileSync(path)
    bytes[bytes.length - 10] = 0
    writeFileSync(path, bytes)
    const opened = await open()
    const positions = await rest(opened)
    assert.deepEqual(positions, [1, 2, 3, 4, 5].slice(0, positions.length))
    assert.ok(positions.length >= 3 && positions.length < 6)
    assert.equal(opened.last, positions.at(-1))
    await opened.close()
  })

  it('has what was whole when its writer was killed', async () => {
    const first = await open()
    await fill(first, [1, 2, 3])
    await first.close()
    const [only = ''] = files()
    truncateSync(join(directory, 'sink', only), 124 * 3 - 1)
    const opened = await open()
    assert.equal(opened.last, 2)
    await fill(opened, [3])
    assert.deepEqual(await rest(opened), [1, 2, 3])
    await opened.close()
  })

  it('removes nothing that cannot be read now', async () => {
    const first = await open()
    await fill(first, [1, 2, 3])
    await first.close()
    const unreadable = join(directory, 'sink', '0000000000000000-one.frames')
    mkdirSync(unreadable)
    await assert.rejects(open(), { code: 'EISDIR' })
    rmSync(unreadable, { recursive: true })
    assert.deepEqual(await rest(await open()), [1, 2, 3])
  })

  it('takes nothing where there is no room: of its own, of all, or on the disk', async () => {
    const budget = budgetOf(1_000)
    const [one, another] = [await open(0, { mostBytes: 500, budget }), await open(0, { budget, writer: 'two' })]
    await fill(one, [1, 2, 3, 4])
    assert.equal(await one.push(frame(5)), false)
    await fill(another, [5, 6, 7, 8])
    assert.equal(await another.push(frame(9)), false)
    assert.deepEqual(await rest(one), [1, 2, 3, 4])
    await one.letGo(4)
    assert.ok(await another.push(frame(9)))
    const low = await open(0, { hasRoom: () => false })
    assert.equal(await low.push(frame(1)), false)
    for (const buffer of [one, another, low]) await buffer.close()
  })

  it('loses nothing to a disk that is full', async () => {
    const disk = join(directory, 'sink')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk])
    try {
      const buffer = await open()
      writeFileSync(join(disk, 'of-others'), Buffer.alloc(8_192))
      let pushed = 0
      while (await buffer.push(frame(pushed + 1, 5_000))) pushed++
      assert.ok(pushed > 6)
      assert.equal(await buffer.push(frame(pushed + 1, 50_000)), false)
      rmSync(join(disk, 'of-others'))
      await fill(buffer, [++pushed], 5_000)
      assert.deepEqual(
        await rest(buffer),
        Array.from({ length: pushed }, (_, i) => i + 1),
      )
      await buffer.letGo(pushed)
      await fill(buffer, [pushed + 1])
      await buffer.close()
    } finally {
      execFileSync('umount', [disk])
    }
  })
})
