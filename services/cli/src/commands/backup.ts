import { resolve } from 'node:path'
import { E, messageOf } from '@periplus/prelude'
import { openBackup, takeBackup } from '@periplus/log'
import {
  backedUp,
  backedUpKeys,
  CannotGoOn,
  clusterOf,
  keysOfBackup,
  layClusterKeys,
  layRestored,
} from '@periplus/cluster'
import { everyKey, openKeyStore } from '@periplus/cluster/roles'
import type { Context } from '../context.ts'
import { withLog } from '../past/log-past.ts'

/** The state of the running cluster as a file. */
export const backup = (context: Context, file: string): Promise<void> =>
  withLog(context, async (_, bus) => {
    const about = async () => ({
      ...backedUp(clusterOf(context.home)),
      ...backedUpKeys(await everyKey(await openKeyStore(bus, context.settings))),
    })
    const taken = await takeBackup(bus, resolve(file), about)
    if (E.isLeft(taken)) throw new CannotGoOn(`no backup was made: ${taken.left.message}`)
    const { objects, sequence } = taken.right
    context.say(
      `${file} has ${objects} objects as they were at ${sequence}; to read its Secrets takes ${context.home.secretKeys}, which is to be kept elsewhere`,
    )
  })

/** Lays a backup into an empty home; the next start begins with it. */
export const restore = async (
  { home, settings, say }: Context,
  file: string,
  { keys }: { readonly keys?: string } = {},
): Promise<void> => {
  const opened = await openBackup(resolve(file))
  if (E.isLeft(opened)) throw new CannotGoOn(`${file} cannot be restored: ${opened.left}`)
  const { chunks, close, about } = opened.right
  try {
    for await (const _ of chunks());
    layRestored(home, resolve(file), about, () =>
      layClusterKeys(home, keysOfBackup(about), keys && resolve(keys), settings.acceptLoss === 'yes'),
    )
  } catch (error) {
    if (error instanceof CannotGoOn) throw error
    throw new CannotGoOn(`${file} cannot be restored: ${messageOf(error)}`)
  } finally {
    await close()
  }
  say(`restored into ${home.directory}: 'periplus up' starts the cluster`)
}
