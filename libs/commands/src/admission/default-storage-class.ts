import { E } from '@periplus/prelude'
import { StorageClass, defaultClassOf, hasClass } from '@periplus/kinds'
import { writtenClaim } from './claims.ts'
import type { AdmissionPlugin } from './plugin.ts'

/** A claim that says nothing of its class is of the default one, where there is one. */
export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  mutate: (candidate, { cut }) => {
    const claim = candidate.operation === 'create' ? writtenClaim(candidate) : undefined
    if (!claim || hasClass(claim)) return E.right(candidate.next)
    const usual = defaultClassOf(cut.list(StorageClass))
    if (!usual) return E.right(candidate.next)
    return E.right(Object.assign({}, claim, { spec: { ...claim.spec, storageClassName: usual.metadata.name } }))
  },
}
