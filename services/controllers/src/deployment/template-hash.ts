import { toJson } from '@periplus/api'
import type { PodTemplateSpec } from '@periplus/kinds'
import { same } from '../status/same.ts'
import { templateHashLabel } from './annotations.ts'

/** JSON whose members are in order, so that equal templates give equal text. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return toJson(value ?? null)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${toJson(key)}:${canonical(member)}`).join(',')}}`
}

/** Digits as letters that spell nothing. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/**
 * Names a pod template, in letters that fit a name. `collisions` is raised when two templates came out the same. The text
 * differs from what Kubernetes' own controller gives: nothing may rely on it, and nothing does.
 */
export const templateHash = (template: PodTemplateSpec, collisions: number): string => {
  const text = `${canonical(template)}#${collisions}`
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return [...String(hash)].map(digit => alphabet[digit.charCodeAt(0) % alphabet.length]).join('')
}

const withoutHash = ({ metadata, spec }: PodTemplateSpec): PodTemplateSpec => {
  const { [templateHashLabel]: _, ...labels } = metadata?.labels ?? {}
  return { metadata: { ...metadata, labels }, spec }
}

/** Whether two templates make the same pods. */
export const sameTemplate = (a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean =>
  a !== undefined && b !== undefined && same(withoutHash(a), withoutHash(b))
