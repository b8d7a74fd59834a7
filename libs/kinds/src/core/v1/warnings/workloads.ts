import { deepEqual, isDns1123Label } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import type { PodTemplateSpec } from '../pod/template.ts'
import { podWarnings } from './pod-spec.ts'

/** What is said of a template when it is new or has changed; `path` is `spec.template`. */
export const templateWarnings =
  <A extends KubernetesObject>(path: string, templateOf: (object: A) => PodTemplateSpec | undefined) =>
  (next: A, previous: A | undefined): readonly string[] => {
    const template = templateOf(next)
    if (!template || (previous && deepEqual(templateOf(previous), template))) return []
    return podWarnings(path, template.metadata, template.spec)
  }

const recommended = (name: string, used: string): readonly string[] => {
  const complaints = isDns1123Label(name)
  const told = `which can result in surprising behavior; a DNS label is recommended: [${complaints.join(' ')}]`
  return complaints.length === 0 ? [] : [`metadata.name: this is used in ${used}, ${told}`]
}

/** A pod's name is its host name. */
export const hostnameWarnings = ({ metadata }: KubernetesObject): readonly string[] =>
  recommended(metadata?.name ?? '', "the Pod's hostname")

/** Names of what makes pods become their names and host names. */
const nameWarnings = (next: KubernetesObject, previous: KubernetesObject | undefined): readonly string[] =>
  previous ? [] : recommended(next.metadata?.name ?? '', 'Pod names and hostnames')

/** Both, for kinds that keep a number of pods running. */
export const namedTemplateWarnings = <A extends KubernetesObject>(
  templateOf: (object: A) => PodTemplateSpec | undefined,
): ((next: A, previous: A | undefined) => readonly string[]) => {
  const ofTemplate = templateWarnings('spec.template', templateOf)
  return (next, previous) => [...nameWarnings(next, previous), ...ofTemplate(next, previous)]
}
