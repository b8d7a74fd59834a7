import { podTemplateDefaults } from '../../../core/v1/pod/spec-defaults.ts'
import type { ReplicaSet } from './schema.ts'

/** Defaults that depend on other fields. */
export const replicaSetDefaults = (replicaSet: ReplicaSet): ReplicaSet =>
  replicaSet.spec?.template
    ? { ...replicaSet, spec: { ...replicaSet.spec, template: podTemplateDefaults(replicaSet.spec.template) } }
    : replicaSet
