import { podTemplateDefaults } from '../../../core/v1/pod/spec-defaults.ts'
import type { Deployment, DeploymentStrategy } from './schema.ts'

const strategyDefaults = (strategy: DeploymentStrategy = {}): DeploymentStrategy => {
  const type = strategy.type ? strategy.type : 'RollingUpdate'
  if (type !== 'RollingUpdate') return { ...strategy, type }
  return { type, rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%', ...strategy.rollingUpdate } }
}

/** Defaults that depend on other fields. */
export const deploymentDefaults = (deployment: Deployment): Deployment => {
  const { spec } = deployment
  if (!spec) return deployment
  return {
    ...deployment,
    spec: { ...spec, strategy: strategyDefaults(spec.strategy), template: podTemplateDefaults(spec.template) },
  }
}
