import { podTemplateDefaults } from '../../../core/v1/pod/spec-defaults.ts'
import type { StatefulSet, StatefulSetUpdateStrategy } from './schema.ts'

const strategyDefaults = (strategy: StatefulSetUpdateStrategy = {}): StatefulSetUpdateStrategy => {
  const type = strategy.type ? strategy.type : 'RollingUpdate'
  return type === 'RollingUpdate'
    ? { type, rollingUpdate: { partition: 0, ...strategy.rollingUpdate } }
    : { ...strategy, type }
}

/** Defaults that depend on other fields. */
export const statefulSetDefaults = (statefulSet: StatefulSet): StatefulSet => {
  const { spec } = statefulSet
  if (!spec) return statefulSet
  return {
    ...statefulSet,
    spec: {
      ...spec,
      serviceName: spec.serviceName ?? '',
      updateStrategy: strategyDefaults(spec.updateStrategy),
      persistentVolumeClaimRetentionPolicy: {
        whenDeleted: 'Retain',
        whenScaled: 'Retain',
        ...spec.persistentVolumeClaimRetentionPolicy,
      },
      ...(spec.ordinals && { ordinals: { start: 0, ...spec.ordinals } }),
      template: podTemplateDefaults(spec.template),
      ...(spec.volumeClaimTemplates && {
        volumeClaimTemplates: spec.volumeClaimTemplates.map(claim => ({
          ...claim,
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          status: { phase: 'Pending', ...claim.status },
        })),
      }),
    },
  }
}
