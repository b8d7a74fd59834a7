import { E } from '@periplus/prelude'
import { storageFinalizers } from '@periplus/kinds'
import type { KubernetesObject } from '@periplus/api'
import type { Candidate } from '../candidate/candidate.ts'
import type { AdmissionPlugin } from './plugin.ts'

/** Claims stay for as long as pods use them, and volumes for as long as they are bound: their controllers let them go. */
export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  mutate: candidate => {
    const finalizer = candidate.operation === 'create' && candidate.subresource === undefined && keeper(candidate)
    const { finalizers = [] } = candidate.next.metadata ?? {}
    if (!finalizer || finalizers.includes(finalizer)) return E.right(candidate.next)
    return E.right<never, KubernetesObject>({
      ...candidate.next,
      metadata: { ...candidate.next.metadata, finalizers: [...finalizers, finalizer] },
    })
  },
}

const keeper = ({ kind: { group, resource } }: Candidate): string | undefined => {
  if (group !== '') return undefined
  if (resource === 'persistentvolumeclaims') return storageFinalizers.claimInUse
  return resource === 'persistentvolumes' ? storageFinalizers.volumeBound : undefined
}
