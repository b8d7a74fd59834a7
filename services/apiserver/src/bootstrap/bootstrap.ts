import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import type { Commands } from '@periplus/commands'
import type { LiveCut } from '@periplus/projection'
import { bootstrapPolicy } from '../security/index.ts'
import type { ApiPlace } from './cluster-objects.ts'
import { initialNamespaces, initialObjects, serviceRange } from './cluster-objects.ts'
import { ensureObjects } from './ensure-objects.ts'

/** Makes what a cluster begins with and does not have yet: namespaces, default roles, the API server's own service. */
export const bootstrap = async (
  place: ApiPlace,
  world: { readonly cut: LiveCut; readonly commands: Commands },
): Promise<Either<Refusal, void>> => {
  const first = await ensureObjects([...initialNamespaces, serviceRange(place.serviceCidr)], world)
  if (E.isLeft(first)) return first
  return ensureObjects([...bootstrapPolicy, ...initialObjects(place)], world)
}
