import { canonicalJson, deepEqual } from '@periplus/api'
import type { PodTemplateSpec } from '@periplus/kinds'
import { fnv1a, safeEncoded } from '@periplus/prelude'
import { templateHashLabel } from './annotations.ts'

/**
 * Names a pod template, in letters that fit a name. `collisions` is raised when two templates came out the same. The text
 * differs from what Kubernetes' own controller gives: nothing may rely on it, and nothing does.
 */
export const templateHash = (template: PodTemplateSpec, collisions: number): string =>
  safeEncoded(String(fnv1a(`${canonicalJson(template)}#${collisions}`)))

const withoutHash = ({ metadata, spec }: PodTemplateSpec): PodTemplateSpec => {
  const { [templateHashLabel]: _, ...labels } = metadata?.labels ?? {}
  return { metadata: { ...metadata, labels }, spec }
}

/** Whether two templates make the same pods. */
export const sameTemplate = (a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean =>
  a !== undefined && b !== undefined && deepEqual(withoutHash(a), withoutHash(b))
