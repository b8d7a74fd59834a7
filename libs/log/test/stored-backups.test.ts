import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { E } from '@periplus/prelude'
import { right } from '../src/contract/events.ts'
import { writeBackup } from '../src/backup/backup-file.ts'
import {
  fetchBackup,
  fetchBackups,
  memoryBlobs,
  openBackup,
  s3Blobs,
  storeBackup,
  storedBackupName,
} from '../src/index.ts'
import { s3Server } from './support/s3-server.ts'

const sample = fileURLToPath(new URL('./samples/backup.1', import.meta.url))

describe('backups in a bucket of S3', () => {
  let server: Awaited<ReturnType<typeof s3Server>>
  let directory: string
  beforeEach(async () => {
    server = await s3Server()
    directory = mkdtempSync(join(tmpdir(), 'periplus-stored-'))
  })
  afterEach(async () => {
    rmSync(directory, { recursive: true })
    await server.close()
  })

  it('come back as they were: the newest, or one by its name', async () => {
    const blobs = s3Blobs(server.bucket)
    right(await storeBackup(blobs, fileURLToPath(import.meta.url), 90))
    right(await storeBackup(blobs, sample, 100))
    const path = join(directory, 'newest')
    assert.equal(right(await fetchBackup(blobs, undefined, path)).name, 'backup-0000000000000100')
    assert.deepEqual(readFileSync(path), readFileSync(sample))
    await right(await openBackup(path)).close()
    const older = join(directory, 'older')
    right(await fetchBackup(blobs, 'backup-0000000000000090', older))
    assert.deepEqual(readFileSync(older), readFileSync(fileURLToPath(import.meta.url)))
  })

  it('are refused where there is none, or it is not what was written, and leave no file then', async () => {
    const blobs = s3Blobs(server.bucket)
    const path = join(directory, 'none')
    assert.deepEqual(await fetchBackup(blobs, undefined, path), E.left('there is no backup'))
    right(await storeBackup(blobs, sample, 1))
    assert.deepEqual(await fetchBackup(blobs, 'backup-7', path), E.left('there is no backup backup-7'))
    const [part] = [...server.objects].filter(([key]) => key.includes('/parts/')).map(([, bytes]) => bytes)
    assert.ok(part)
    part[100] = (part[100] ?? 0) ^ 1
    const damaged = await fetchBackup(s3Blobs(server.bucket), undefined, path)
    assert.ok(E.isLeft(damaged))
    assert.match(damaged.left, /is not what was written/)
    assert.equal(existsSync(path), false)
  })

  it('come with those that they rest on, and are refused where there would be no end of them', async () => {
    const blobs = memoryBlobs()
    const put = async (sequence: number, since?: number): Promise<void> => {
      const blob = right(await blobs.write(`snapshot-${sequence}`, (async function* () {})()))
      const path = join(directory, `written-${sequence}`)
      await writeBackup(path, blobs, blob, {}, since === undefined ? undefined : { sequence: since, digest: '' })
      right(await storeBackup(blobs, path, sequence))
    }
    await put(90)
    await put(100, 90)
    await put(110, 100)
    const path = join(directory, 'fetched')
    assert.deepEqual(await fetchBackups(blobs, undefined, path), E.right([`${path}-2`, `${path}-1`, `${path}-0`]))
    for (const [sequence, since] of [
      [120, 120],
      [119, 120],
    ] as const) {
      await put(sequence, since)
      assert.deepEqual(
        await fetchBackups(blobs, storedBackupName(sequence), join(directory, `loop-${sequence}`)),
        E.left(`backup-0000000000000${sequence} rests on backup-0000000000000120, which is no earlier one`),
      )
    }
  })

  it('are no others of the bucket', async () => {
    const blobs = memoryBlobs()
    right(await blobs.write('segment-1', (async function* () {})()))
    assert.deepEqual(await fetchBackup(blobs, undefined, join(directory, 'x')), E.left('there is no backup'))
  })
})
