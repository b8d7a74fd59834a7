import { hostname } from 'node:os'
import { readJson, writeJson } from './home.ts'
import type { Home } from './home.ts'

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
  /** Set at every start: what runs containers, and what was found missing for anything better. */
  readonly runtime:
    | { readonly tag: 'containerd'; readonly address: string }
    | { readonly tag: 'process'; readonly lacks: readonly string[]; readonly mirror?: ImageMirror }
    | { readonly tag: 'hollow' }
}

export const readCluster = (home: Home): ClusterFile | undefined => readJson(home.cluster) as ClusterFile | undefined

export const writeCluster = (home: Home, cluster: ClusterFile): void => writeJson(home.cluster, cluster)

/** A node's name must be a DNS subdomain; host names mostly are, but for case and underscores. */
export const defaultNodeName = (): string =>
  hostname()
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, '-')
    .replace(/^[.-]+|[.-]+$/g, '') || 'node'
