import type { ConfigMap, Secret } from '@periplus/kinds'
import type { Clock } from '@periplus/prelude'
import type { PodPlace } from '../env/field-ref.ts'
import type { NodeAllocatable } from '../env/resource-field.ts'
import type { Layout } from '../files/layout.ts'
import type { ClaimSources } from './claimed.ts'
import type { PersistentSources } from './persistent.ts'
import type { TokenSource } from './token-source.ts'
import type { TrustBundles } from './trust-bundles.ts'

/** What one pod's volumes are made from. */
export interface VolumeSources extends ClaimSources, PersistentSources {
  readonly layout: Layout
  readonly clock: Clock
  readonly configMap: (name: string) => ConfigMap | undefined
  readonly secret: (name: string) => Secret | undefined
  readonly tokens: TokenSource
  readonly trustBundles: TrustBundles
  readonly place: PodPlace
  readonly allocatable: NodeAllocatable
}
