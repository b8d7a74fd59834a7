import { podTemplateDefaults } from '../../../core/v1/pod/spec-defaults.ts'
import type { StatefulSet, StatefulSetUpdateStrategy } from './schema.ts'

const strategyDefaults = ({ type, rollingUpdate }: StatefulSetUpdateStrategy = {}): StatefulSetUpdateStrategy => {
  if (!type) return { type: 'RollingUpdate', rollingUpdate: { partition: 0, ...rollingUpdate } }
  if (!rollingUpdate) return { type }
  return { type, rollingUpdate: type === 'RollingUpdate' ? { partition: 0, ...rollingUpdate } : rollingUpdate }
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
