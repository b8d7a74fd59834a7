import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { imageStore } from '../src/process/image-store.ts'
import { logFile } from '../src/process/log-file.ts'
import { records } from '../src/process/records.ts'

describe('plain processes on a disk that is full or was torn', () => {
  let disk: string
  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), 'pp-runtime-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'periplus-test', disk])
  })
  afterEach(() => {
    execFileSync('umount', [disk])
    rmSync(disk, { recursive: true })
  })
  const fill = (): void => assert.throws(() => writeFileSync(join(disk, 'filling'), Buffer.alloc(1024 ** 2)), /ENOSPC/)
  const empty = (): void => rmSync(join(disk, 'filling'))

  it('a container’s log loses whole entries, and goes on when there is room', () => {
    const path = join(disk, 'log')
    const log = logFile(path, () => 0)
    log.write('stdout', Buffer.from('first\n'))
    fill()
    const long = 'x'.repeat(3_000)
    for (let n = 0; n < 50; n++) log.write('stdout', Buffer.from(`${n} ${long}\n`))
    empty()
    log.write('stdout', Buffer.from('last\n'))
    log.end()
    const lines = readFileSync(path, 'utf8').split('\n')
    assert.equal(lines.pop(), '')
    for (const line of lines) assert.match(line, /^\d{4}-\S+ stdout F (first|last|\d+ x{3000})$/)
    assert.match(lines[0] ?? '', /first$/)
    assert.match(lines.at(-1) ?? '', /last$/)
    assert.ok(lines.length < 52)
  })

  it('a log that cannot begin anew goes on where it was', () => {
    mkdirSync(join(disk, 'logs'))
    const path = join(disk, 'logs/log')
    const log = logFile(path, () => 0)
    rmSync(join(disk, 'logs'), { recursive: true })
    assert.throws(() => log.reopen(), /ENOENT/)
    // Whatever is opened next must not get what the container says.
    const other = join(disk, 'other')
    writeFileSync(other, '')
    log.write('stdout', Buffer.from('line\n'))
    log.end()
    assert.equal(readFileSync(other, 'utf8'), '')
  })

  it('a record that has no room leaves the one before it, and the first of its kind nothing', () => {
    const root = join(disk, 'records')
    const kept = records<{ readonly text: string }>(root)
    kept.put('one', { text: 'first' })
    fill()
    kept.put('one', { text: 'x'.repeat(100_000) })
    assert.equal(kept.get('one')?.text.length, 100_000)
    assert.throws(() => kept.put('two', { text: 'x'.repeat(100_000) }), /ENOSPC/)
    assert.equal(kept.get('two'), undefined)
    assert.deepEqual(readdirSync(join(root, 'one')), ['record.json'])
    const again = records<{ readonly text: string }>(root)
    assert.deepEqual(
      again.all().map(({ text }) => text),
      ['first'],
    )
  })

  it('what was torn is taken for what was being made', () => {
    const root = join(disk, 'records')
    const kept = records<{ readonly text: string }>(root)
    kept.put('whole', { text: 'whole' })
    kept.put('torn', { text: 'torn' })
    writeFileSync(join(root, 'torn/record.json'), '')
    assert.deepEqual(records(root).all(), [{ text: 'whole' }])
    const images = join(disk, 'images')
    mkdirSync(join(images, 'abc'), { recursive: true })
    writeFileSync(join(images, 'abc/image.json'), '{"state":')
    assert.deepEqual(imageStore(images, () => undefined).list(), [])
  })
})
