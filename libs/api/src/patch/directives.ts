import { isRecord, put } from '../json/json-value.ts'

/** The keys with which a strategic merge patch says more than JSON can. */
export const directive = '$patch'
export const retainKeys = '$retainKeys'
export const setElementOrder = '$setElementOrder/'
export const deleteFromPrimitiveList = '$deleteFromPrimitiveList/'

const isHint = (key: string): boolean =>
  key === retainKeys || key.startsWith(setElementOrder) || key.startsWith(deleteFromPrimitiveList)

const hasDirective = (value: unknown): boolean => isRecord(value) && Object.hasOwn(value, directive)

/**
 * An element that is new to its list: how to merge it has nothing to say. Kubernetes leaves such keys in, and refuses them as unknown
 * fields.
 */
export const newElement = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(newElement)
  if (!isRecord(value)) return value
  const plain: Record<string, unknown> = {}
  for (const key of Object.keys(value)) if (!isHint(key)) put(plain, key, newElement(value[key]))
  return plain
}

/**
 * Patch content that meets nothing to be merged into, `undefined` where nothing is left of it: an object with `$patch` is not there, and
 * nulls in objects delete what isn't there.
 */
export const plainContent = (value: unknown): unknown => {
  if (hasDirective(value)) return undefined
  if (Array.isArray(value)) return value.filter(element => !hasDirective(element)).map(plainContent)
  if (!isRecord(value)) return value
  const plain: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const member = isHint(key) || value[key] === null ? undefined : plainContent(value[key])
    if (member !== undefined) put(plain, key, member)
  }
  return plain
}
