import { hostname } from 'node:os'
import { readJson, writeJson } from './home.ts'
import type { Home } from './home.ts'
import { CannotGoOn } from './say.ts'

/** Where pulls of some registries go instead. */
export interface ImageMirror {
  readonly endpoint: string
  readonly registries: readonly string[]
}

/** What the processes of a local cluster must agree on; no secrets. Chosen at the first start, kept from then on. */
export interface ClusterFile {
  readonly name: string
  readonly apiPort: number
  readonly nodeName: string
  /** The node's pods' addresses. */
  readonly podCidr: string
  /** Where services get their addresses; the first is the API server's, the tenth the cluster's DNS'. */
  readonly serviceCidr: string
  /** Where other hosts reach this one; absent: nowhere. */
  readonly advertise?: string
  /** Of a host that joined: where its control plane is. */
  readonly joined?: {
    /** `https://HOST:PORT` of the API server. */
    readonly apiServer: string
    /** `tls://HOST:PORT`, or several with commas. */
    readonly nats: string
    /** It runs a copy of the control plane, too. */
    readonly controlPlane?: true
  }
  /** Set at every start: what runs containers, and what was found missing for anything better. */
  readonly runtime:
    | { readonly tag: 'containerd'; readonly address: string }
    | { readonly tag: 'process'; readonly lacks: readonly string[]; readonly mirror?: ImageMirror }
    | { readonly tag: 'hollow' }
}

/** Whether somebody else's hand, or a disk, has been at the file. */
const isCluster = (value: unknown): value is Omit<ClusterFile, 'serviceCidr'> & { readonly serviceCidr?: string } => {
  const {
    name,
    apiPort,
    nodeName,
    podCidr,
    serviceCidr = 'none yet',
    runtime,
  } = (value ?? {}) as Partial<Record<keyof ClusterFile, unknown>>
  const tag = (runtime as { readonly tag?: unknown } | undefined)?.tag
  return (
    [name, nodeName, podCidr, serviceCidr].every(text => typeof text === 'string' && text !== '') &&
    typeof apiPort === 'number' &&
    (tag === 'containerd' || tag === 'process' || tag === 'hollow')
  )
}

/** Of clusters that were started before theirs was written down. */
const earlierServiceCidr = '10.96.0.0/12'

/** `undefined` where no cluster was started yet. */
export const readCluster = (home: Home): ClusterFile | undefined => {
  const value = readJson(home.cluster)
  if (value === undefined) return undefined
  if (isCluster(value)) return { serviceCidr: earlierServiceCidr, ...value }
  throw new CannotGoOn(`${home.cluster} is damaged (it describes no cluster); 'periplus reset' starts afresh`)
}

export const writeCluster = (home: Home, cluster: ClusterFile): void => writeJson(home.cluster, cluster)

/** A node's name must be a DNS subdomain; host names mostly are, but for case and underscores. */
export const defaultNodeName = (): string =>
  hostname()
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, '-')
    .replace(/^[.-]+|(?<![.-])[.-]+$/g, '') || 'node'

/** The cluster that there must be. */
export const clusterOf = (home: Home): ClusterFile => {
  const cluster = readCluster(home)
  if (!cluster) throw new CannotGoOn(`there is no cluster in ${home.directory}: run 'make up' first`)
  return cluster
}
