import { isRecord, put } from '../json/json-value.ts'

/** The keys with which a strategic merge patch says more than JSON can. */
export const directive = '$patch'
export const retainKeys = '$retainKeys'
export const setElementOrder = '$setElementOrder/'
export const deleteFromPrimitiveList = '$deleteFromPrimitiveList/'

const isDirective = (key: string): boolean =>
  key === directive || key === retainKeys || key.startsWith(setElementOrder) || key.startsWith(deleteFromPrimitiveList)

const marksDeletion = (element: unknown): boolean => isRecord(element) && element[directive] === 'delete'
const onlyMarks = (element: unknown): boolean =>
  isRecord(element) && Object.hasOwn(element, directive) && Object.keys(element).length === 1

/**
 * Patch content that meets nothing to be merged into: directives have done their work, and nulls in objects delete what isn't
 * there.
 */
export const plainContent = (value: unknown): unknown => {
  if (Array.isArray(value))
    return value.filter(element => !marksDeletion(element) && !onlyMarks(element)).map(plainContent)
  if (!isRecord(value)) return value
  if (value[directive] === 'delete') return {}
  const plain: Record<string, unknown> = {}
  for (const key of Object.keys(value))
    if (!isDirective(key) && value[key] !== null) put(plain, key, plainContent(value[key]))
  return plain
}
