import { CannotGoOn, defaultNodeName } from '@periplus/cluster'
import { createToken, join } from '@periplus/cluster/roles'
import { up } from '@periplus/cluster/supervisor'
import type { Context } from '../context.ts'

export { createToken }

interface Asked {
  readonly server: string
  readonly token: string
  readonly caHash: string
}

/** The server's URL without anything behind it. */
const serverOf = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' || url.pathname !== '/' || url.username !== '')
    throw new CannotGoOn(`'${text}' is no server such as https://192.0.2.7:6443`)
  return url.origin
}

/** Joins, and starts what makes this host a node. */
export const joinCluster = async (
  { home, settings, say }: Context,
  { server, token, caHash }: Asked,
): Promise<void> => {
  const nodeName = settings.nodeName === 'the host name' ? defaultNodeName() : settings.nodeName
  await join(home, { server: serverOf(server), token, caHash, nodeName }, say)
  await up(home, settings, say)
}
