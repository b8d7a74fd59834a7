import { CannotGoOn, readCluster } from '@periplus/cluster'
import { removeHost, withdraw } from '@periplus/cluster/roles'
import { reset } from '@periplus/cluster/supervisor'
import type { Context } from '../context.ts'

/** The cluster goes on without this host, which forgets it; with `force` whatever the cluster says. */
export const leave = async ({ home, say }: Context, { force }: { readonly force?: boolean }): Promise<void> => {
  const cluster = readCluster(home)
  if (!cluster?.joined) throw new CannotGoOn(`${home.directory} is of no cluster that this host joined`)
  const isGone = force ? false : await withdraw(home, say)
  await reset(home, say)
  if (isGone) return say(`${cluster.nodeName} is gone from the cluster`)
  // A node may not delete itself, nor what ran on it: that is for who administers the cluster.
  say(`'periplus remove-host ${cluster.nodeName} --force' on a host with a control plane removes it from the cluster`)
}

/** Takes a host out of the cluster that will not come back; with `force` one that lives, too. */
export const removeHostNamed = async (
  { home, say }: Context,
  name: string,
  { force = false }: { readonly force?: boolean },
): Promise<void> => {
  await removeHost(home, { name, force, say })
  say(`${name} is gone from the cluster`)
}
