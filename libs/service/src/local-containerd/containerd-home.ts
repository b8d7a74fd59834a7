import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** The places of one containerd of ours. */
export interface ContainerdHome {
  readonly root: string
  readonly state: string
  readonly address: string
  /** Directory of the sockets. */
  readonly run: string
  readonly pidFile: string
  readonly log: string
  readonly config: string
  readonly registries: string
  readonly cniConfiguration: string
  readonly addresses: string
}

/** A unix socket's path holds at most 107 bytes, and containerd appends `.ttrpc` for the second one. */
const longestSocket = 107

export const containerdHome = (home: string): ContainerdHome => {
  const near = join(home, 'run')
  const fits = Buffer.byteLength(join(near, 'containerd.sock.ttrpc')) <= longestSocket
  const run = fits ? near : `/run/periplus-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`
  return {
    root: join(home, 'root'),
    state: join(home, 'state'),
    run,
    address: join(run, 'containerd.sock'),
    pidFile: join(home, 'containerd.pid'),
    log: join(home, 'containerd.log'),
    config: join(home, 'config.toml'),
    registries: join(home, 'registries'),
    cniConfiguration: join(home, 'cni', 'conf'),
    addresses: join(home, 'cni', 'addresses'),
  }
}

/** The CNI network's name; firewall rules and cached results of ours carry it. */
export const networkName = (bridge: string): string => `periplus-${bridge}`
