import type { KubernetesObject } from '@periplus/api'
import type { CronJob, Deployment, PodTemplate, PodTemplateSpec } from '@periplus/kinds'
import type { Candidate } from '../../candidate/candidate.ts'
import type { PodLike } from './check.ts'

/** Where the kinds that make pods keep what they make them of. */
const templates: ReadonlyMap<string, (object: KubernetesObject) => PodTemplateSpec | undefined> = new Map([
  ...['/replicationcontrollers', 'apps/replicasets', 'apps/deployments', 'apps/statefulsets', 'apps/daemonsets'].map(
    kind => [kind, (object: KubernetesObject) => (object as Deployment).spec?.template] as const,
  ),
  ['batch/jobs', object => (object as Deployment).spec?.template],
  ['batch/cronjobs', object => (object as CronJob).spec?.jobTemplate.spec?.template],
  ['/podtemplates', object => (object as PodTemplate).template],
])

/** The template of pods in what is created or updated; subresources and other kinds have none. */
export const templateOf = ({ kind, next, subresource }: Candidate): PodLike | undefined => {
  if (subresource !== undefined) return undefined
  const template = templates.get(`${kind.group}/${kind.resource}`)?.(next)
  return template?.spec ? (template as PodLike) : undefined
}
