import type { PersistentVolumeClaim } from './schema.ts'
import type { PersistentVolumeClaimSpec } from './spec.ts'

/** The old field names claims and snapshots only: anything else in it was always dropped. */
const isOldSource = ({ dataSource }: PersistentVolumeClaimSpec): boolean => {
  const { apiGroup = '', kind } = dataSource ?? {}
  return (
    (kind === 'PersistentVolumeClaim' && apiGroup === '') ||
    (kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io')
  )
}

/** Sources in other namespaces, which Kubernetes 1.35 leaves off, are dropped. */
const withoutAlpha = (spec: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec => {
  if (!spec.dataSourceRef?.namespace) return spec
  const { dataSourceRef: _, ...rest } = spec
  return rest
}

const withoutOthers = (spec: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec => {
  if (!spec.dataSource || spec.dataSourceRef || isOldSource(spec)) return spec
  const { dataSource: _, ...rest } = spec
  return rest
}

/** A data source of the old field is also one of the new, and the other way round, where both fit. */
const both = (spec: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec => {
  const { dataSource, dataSourceRef } = spec
  if (dataSource && !dataSourceRef) return { ...spec, dataSourceRef: dataSource }
  if (!dataSourceRef || dataSource || dataSourceRef.namespace) return spec
  const { namespace: _, ...source } = dataSourceRef
  return { ...spec, dataSource: source }
}

/** What becomes of a new claim's sources; `previous` of one that is there. */
export const preparedClaim = (
  claim: PersistentVolumeClaim,
  previous?: PersistentVolumeClaim,
): PersistentVolumeClaim => {
  if (!claim.spec) return claim
  const had = previous?.spec
  const known = had?.dataSourceRef ? claim.spec : withoutAlpha(claim.spec)
  const kept = had?.dataSource || had?.dataSourceRef ? known : withoutOthers(known)
  return { ...claim, spec: both(kept) }
}
