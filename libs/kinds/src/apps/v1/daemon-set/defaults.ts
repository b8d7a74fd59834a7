import { podTemplateDefaults } from '../../../core/v1/pod/spec-defaults.ts'
import type { DaemonSet, DaemonSetUpdateStrategy } from './schema.ts'

const strategyDefaults = (strategy: DaemonSetUpdateStrategy = {}): DaemonSetUpdateStrategy => {
  const type = strategy.type ? strategy.type : 'RollingUpdate'
  if (type !== 'RollingUpdate') return { ...strategy, type }
  return { type, rollingUpdate: { maxSurge: 0, maxUnavailable: 1, ...strategy.rollingUpdate } }
}

/** Defaults that depend on other fields. */
export const daemonSetDefaults = (daemonSet: DaemonSet): DaemonSet => {
  const { spec } = daemonSet
  if (!spec) return daemonSet
  return {
    ...daemonSet,
    spec: {
      ...spec,
      updateStrategy: strategyDefaults(spec.updateStrategy),
      template: podTemplateDefaults(spec.template),
    },
  }
}
