import type { PersistentVolumeClaim } from './schema.ts'

/** A data source of the old field is also one of the new, and the other way round, where both fit. */
export const claimDefaults = (claim: PersistentVolumeClaim): PersistentVolumeClaim => {
  const { spec } = claim
  if (!spec) return claim
  const { dataSource, dataSourceRef } = spec
  if (dataSource && !dataSourceRef) return { ...claim, spec: { ...spec, dataSourceRef: dataSource } }
  if (dataSourceRef && !dataSource && !dataSourceRef.namespace)
    return { ...claim, spec: { ...spec, dataSource: dataSourceRef } }
  return claim
}
