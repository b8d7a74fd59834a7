import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Bus } from '@periplus/bus'
import { E, messageOf, withoutTrailing } from '@periplus/prelude'
import { fetchBackup, openBackup, storeBackup, takeBackup } from '@periplus/log'
import type { Sequence } from '@periplus/log'
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

/** Writes the state of the running cluster into a file. Gives its sequence. */
const backUp = async (context: Context, bus: Bus, path: string, place: string): Promise<Sequence> => {
  const about = async () => ({
    ...backedUp(clusterOf(context.home)),
    ...backedUpKeys(await everyKey(await openKeyStore(bus, context.settings))),
  })
  const taken = await takeBackup(bus, path, about, {
    snapshots: openSnapshotStore(bus, context.home, context.settings),
  })
  if (E.isLeft(taken)) throw new CannotGoOn(`no backup was made: ${taken.left.message}`)
  const { objects, sequence } = taken.right
  context.say(
    `${place} has ${objects} objects as they were at ${sequence}; to read its Secrets takes ${context.home.secretKeys}, which is to be kept elsewhere`,
  )
  return sequence
}

/** The state of the running cluster as a file, or as one of the backups at `s3://bucket/prefix`. */
export const backup = (context: Context, place: string): Promise<void> =>
  withLog(context, async (_, bus) => {
    if (!isS3(place)) return void (await backUp(context, bus, resolve(place), place))
    const blobs = openS3(place, context.settings)
    await inScratch(async path => {
      const sequence = await backUp({ ...context, say: () => undefined }, bus, path, place)
      const stored = await storeBackup(blobs, path, sequence)
      if (E.isLeft(stored)) throw new CannotGoOn(`no backup was made: ${stored.left.message}`)
      const { name, bytes } = stored.right
      context.say(
        `${withoutTrailing(place, '/')}/${name} has ${bytes} bytes; to read its Secrets takes ${context.home.secretKeys}, which is to be kept elsewhere`,
      )
    })
  })

/** Lays a backup into an empty home; the next start begins with it. Of those at `s3://bucket/prefix`, the newest, or the one whose name is added. */
export const restore = async (
  context: Context,
  place: string,
  options: { readonly keys?: string } = {},
): Promise<void> => {
  if (!isS3(place)) return restoreFile(context, resolve(place), place, options)
  const [, bucket = place, name] = /^(.*)\/(backup-\d+)$/.exec(place) ?? []
  const blobs = openS3(bucket, context.settings)
  await inScratch(async path => {
    const fetched = await fetchBackup(blobs, name, path)
    if (E.isLeft(fetched)) throw new CannotGoOn(`${place} cannot be restored: ${fetched.left}`)
    await restoreFile(
      context,
      path,
      name === undefined ? `${withoutTrailing(place, '/')}/${fetched.right.name}` : place,
      options,
    )
  })
}

const restoreFile = async (
  { home, settings, say }: Context,
  path: string,
  place: string,
  { keys }: { readonly keys?: string },
): Promise<void> => {
  const opened = await openBackup(path)
  if (E.isLeft(opened)) throw new CannotGoOn(`${place} cannot be restored: ${opened.left}`)
  const { chunks, close, about } = opened.right
  try {
    for await (const _ of chunks());
    layRestored(home, path, about, () =>
      layClusterKeys(home, keysOfBackup(about), {
        file: keys && resolve(keys),
        acceptsLoss: settings.acceptLoss === 'yes',
      }),
    )
  } catch (error) {
    if (error instanceof CannotGoOn) throw error
    throw new CannotGoOn(`${place} cannot be restored: ${messageOf(error)}`)
  } finally {
    await close()
  }
  say(`restored ${place} into ${home.directory}: 'periplus up' starts the cluster`)
}
