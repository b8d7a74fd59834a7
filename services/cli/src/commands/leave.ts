import { CannotGoOn, readCluster } from '@periplus/cluster'
import { reset } from '@periplus/cluster/supervisor'
import type { Context } from '../context.ts'

/** A node may not delete itself, nor what ran on it: that is for who administers the cluster. */
export const leave = async ({ home, say }: Context): Promise<void> => {
  const cluster = readCluster(home)
  if (!cluster?.joined) throw new CannotGoOn(`${home.directory} is of no cluster that this host joined`)
  await reset(home, say)
  say(`'kubectl delete node ${cluster.nodeName}' removes it from the cluster`)
}
