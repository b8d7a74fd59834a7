import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Bus } from '@periplus/bus'
import { E, messageOf, withoutTrailing } from '@periplus/prelude'
import { fetchBackup, fetchBackups, joinBackups, openBackup, storeBackup, takeBackup } from '@periplus/log'
import type { BackupAbout, Sequence } from '@periplus/log'
import {
  backedUp,
  backedUpKeys,
  CannotGoOn,
  clusterOf,
  isS3,
  keysOfBackup,
  layClusterKeys,
  layRestored,
  openS3,
} from '@periplus/cluster'
import { everyKey, openKeyStore, openSnapshotStore } from '@periplus/cluster/roles'
import type { Context } from '../context.ts'
import { withLog } from '../past/log-past.ts'

/** A directory of this program alone, for as long as it is used. */
const inScratch = async <A>(use: (path: string) => Promise<A>): Promise<A> => {
  const scratch = mkdtempSync(join(tmpdir(), 'periplus-backup-'))
  try {
    return await use(join(scratch, 'backup'))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** `s3://bucket/prefix` with the name of one backup behind it, or of none. */
const storedPlace = (place: string): { readonly bucket: string; readonly name?: string } => {
  const [, bucket = place, name] = /^(.*)\/(backup-\d+)$/.exec(place) ?? []
  return { bucket, ...(name === undefined ? {} : { name }) }
}

/** What a backup says of itself, of those in a bucket the newest or the one that is named. */
const aboutOf = async (context: Context, place: string): Promise<BackupAbout> => {
  const read = async (path: string): Promise<BackupAbout> => {
    const opened = await openBackup(path)
    if (E.isLeft(opened)) throw new CannotGoOn(`no backup was made: ${place}: ${opened.left}`)
    await opened.right.close()
    return opened.right
  }
  if (!isS3(place)) return read(resolve(place))
  const { bucket, name } = storedPlace(place)
  return inScratch(async path => {
    const fetched = await fetchBackup(openS3(bucket, context.settings), name, path)
    if (E.isLeft(fetched)) throw new CannotGoOn(`no backup was made: ${place}: ${fetched.left}`)
    return read(path)
  })
}

/** Writes the state of the running cluster into a file, or what of it has changed. Gives its sequence. */
const backUp = async (
  context: Context,
  bus: Bus,
  path: string,
  place: string,
  since: BackupAbout | undefined,
): Promise<Sequence> => {
  const about = async () => ({
    ...backedUp(clusterOf(context.home)),
    ...backedUpKeys(await everyKey(await openKeyStore(bus, context.settings))),
  })
  const taken = await takeBackup(bus, path, about, {
    snapshots: openSnapshotStore(bus, context.home, context.settings),
    ...(since ? { since } : {}),
  })
  if (E.isLeft(taken)) throw new CannotGoOn(`no backup was made: ${taken.left.message}`)
  const { objects, sequence } = taken.right
  const what = since ? `what has changed of ${objects} objects` : `${objects} objects as they were`
  context.say(
    `${place} has ${what} at ${sequence}; to read its Secrets takes ${context.home.secretKeys}, which is to be kept elsewhere`,
  )
  return sequence
}

/** The state of the running cluster, or what has changed since another backup, as a file, or as one of the backups at `s3://bucket/prefix`. */
export const backup = (context: Context, place: string, options: { readonly since?: string } = {}): Promise<void> =>
  withLog(context, async (_, bus) => {
    const since = options.since === undefined ? undefined : await aboutOf(context, options.since)
    if (!isS3(place)) return void (await backUp(context, bus, resolve(place), place, since))
    const blobs = openS3(place, context.settings)
    await inScratch(async path => {
      const sequence = await backUp({ ...context, say: () => undefined }, bus, path, place, since)
      const stored = await storeBackup(blobs, path, sequence)
      if (E.isLeft(stored)) throw new CannotGoOn(`no backup was made: ${stored.left.message}`)
      const { name, bytes } = stored.right
      context.say(
        `${withoutTrailing(place, '/')}/${name} has ${bytes} bytes; to read its Secrets takes ${context.home.secretKeys}, which is to be kept elsewhere`,
      )
    })
  })

/**
 * Lays a backup into an empty home; the next start begins with it. Of those at `s3://bucket/prefix`, the newest, or the one whose name is added;
 * what it rests on there is found. Files with what changed are named behind what they rest on, in their order.
 */
export const restore = async (
  context: Context,
  places: readonly string[],
  options: { readonly keys?: string } = {},
): Promise<void> =>
  inScratch(async path => {
    const files: string[] = []
    const place = places.join(', ')
    try {
      for (const [n, one] of places.entries()) {
        const { bucket, name } = storedPlace(one)
        if (!isS3(one)) {
          files.push(resolve(one))
          continue
        }
        const fetched = await fetchBackups(openS3(bucket, context.settings), name, `${path}-${n}`)
        if (E.isLeft(fetched)) throw new CannotGoOn(fetched.left)
        files.push(...fetched.right)
      }
      const [first = '', ...others] = files
      if (others.length === 0) return await restoreFile(context, first, place, options)
      const joined = await joinBackups(files, path)
      if (E.isLeft(joined)) throw new CannotGoOn(joined.left)
      await restoreFile(context, path, place, options)
    } catch (error) {
      throw new CannotGoOn(`${place} cannot be restored: ${messageOf(error)}`)
    }
  })

const restoreFile = async (
  { home, settings, say }: Context,
  path: string,
  place: string,
  { keys }: { readonly keys?: string },
): Promise<void> => {
  const opened = await openBackup(path)
  if (E.isLeft(opened)) throw new CannotGoOn(opened.left)
  const { chunks, close, about, since } = opened.right
  try {
    if (since)
      throw new CannotGoOn(
        `it has only what changed since the backup at ${since.sequence}, which has to be named before it`,
      )
    for await (const _ of chunks());
    layRestored(home, path, about, () =>
      layClusterKeys(home, keysOfBackup(about), {
        file: keys && resolve(keys),
        acceptsLoss: settings.acceptLoss === 'yes',
      }),
    )
  } finally {
    await close()
  }
  say(`restored ${place} into ${home.directory}: 'periplus up' starts the cluster`)
}
