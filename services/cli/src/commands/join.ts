import { CannotGoOn, defaultNodeName } from '@periplus/cluster'
import { createToken, join } from '@periplus/cluster/roles'
import type { Joining, JoiningRole } from '@periplus/cluster/roles'
import { up } from '@periplus/cluster/supervisor'
import type { Context } from '../context.ts'

export { createToken }

export interface JoinOptions {
  readonly token: string
  readonly caHash: string
  readonly role: JoiningRole
  readonly key?: string
}

/** A copy of the control plane has the keys of the first, and is where others reach it. */
const controlPlaneOf = ({ role, key }: JoinOptions, advertise: string | undefined): Joining['controlPlane'] => {
  if (role === 'node' && key !== undefined) throw new CannotGoOn('--key is for --role control-plane')
  if (role === 'node') return undefined
  if (key === undefined) throw new CannotGoOn('--role control-plane needs the --key that `token create` printed')
  if (advertise === undefined)
    throw new CannotGoOn('a copy of the control plane needs PERIPLUS_ADVERTISE_ADDRESS, the address of this host')
  return { key, advertise }
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
  { server, ...options }: JoinOptions & { readonly server: string },
): Promise<void> => {
  const { token, caHash } = options
  const nodeName = settings.nodeName === 'the host name' ? defaultNodeName() : settings.nodeName
  const controlPlane = controlPlaneOf(options, settings.advertise)
  const joining = { server: serverOf(server), token, caHash, nodeName, ...(controlPlane ? { controlPlane } : {}) }
  await join(home, joining, say)
  await up(home, settings, say)
}
