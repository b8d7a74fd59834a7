import type { Kind } from '../kind.ts'
import { isCustomSchema } from '../schema/shape.ts'
import type { Operation } from './operations.ts'

/** A query parameter, as both dialects describe it. */
export interface QueryParameter {
  readonly name: string
  readonly type: 'string' | 'boolean' | 'integer'
  readonly description: string
}

const parameter = (name: string, type: QueryParameter['type'], description: string): QueryParameter => ({
  name,
  type,
  description,
})

const pretty = parameter('pretty', 'string', "If 'true', the answer is indented.")
const dryRun = parameter('dryRun', 'string', "With 'All' the request is checked and answered, and nothing is kept.")
const writing: readonly QueryParameter[] = [
  dryRun,
  parameter('fieldManager', 'string', 'Name of who makes the change.'),
  parameter(
    'fieldValidation',
    'string',
    'What becomes of unknown and repeated fields: Strict refuses them, Warn drops them with a warning, Ignore drops them.',
  ),
]
const selecting: readonly QueryParameter[] = [
  parameter('continue', 'string', 'Where the next page begins, as the page before it said.'),
  parameter('fieldSelector', 'string', 'Restricts the answer to objects with these field values.'),
  parameter('labelSelector', 'string', 'Restricts the answer to objects with these labels.'),
  parameter('limit', 'integer', 'The most objects that one page may hold.'),
  parameter('resourceVersion', 'string', 'The version that the answer must be at or not be older than.'),
  parameter('resourceVersionMatch', 'string', 'How resourceVersion is meant: Exact or NotOlderThan.'),
  parameter('sendInitialEvents', 'boolean', 'A watch begins with the objects that exist, closed by a bookmark.'),
  parameter('timeoutSeconds', 'integer', 'How long the request may take.'),
]
const watching: readonly QueryParameter[] = [
  parameter('allowWatchBookmarks', 'boolean', 'The watcher understands events that only tell a version.'),
  parameter('watch', 'boolean', 'Follow changes instead of listing.'),
]
const deleting: readonly QueryParameter[] = [
  dryRun,
  parameter('gracePeriodSeconds', 'integer', 'How long the object may take to end by itself; 0 is at once.'),
  parameter('orphanDependents', 'boolean', 'Deprecated: whether dependents are left alone.'),
  parameter('propagationPolicy', 'string', 'What becomes of dependents: Orphan, Background or Foreground.'),
]

const byAction: Readonly<Record<string, readonly QueryParameter[]>> = {
  list: [...watching, ...selecting],
  post: writing,
  put: writing,
  patch: [...writing, parameter('force', 'boolean', 'Takes fields over from other managers, in an apply patch.')],
  delete: deleting,
  deletecollection: [...selecting, ...deleting],
}

/** The query parameters of an operation, in the order of their names. */
export const queryParameters = ({ action }: Operation): readonly QueryParameter[] =>
  action === 'connect' ? [] : [...(byAction[action] ?? []), pretty].sort((a, b) => (a.name < b.name ? -1 : 1))

/** What a parameter in the path is. */
export const pathParameterText = (name: string, kind: string): string =>
  name === 'namespace' ? 'Namespace of the object, such as `default`.' : `Name of the ${kind}.`

/**
 * The patches that a server takes: of a custom kind no strategic ones, as nothing says there how lists merge. kubectl sends whichever of
 * them a client-side apply finds here.
 */
export const patchMediaTypes = ({ schema }: Pick<Kind, 'schema'>): readonly string[] => [
  'application/json-patch+json',
  'application/merge-patch+json',
  ...(isCustomSchema(schema) ? [] : ['application/strategic-merge-patch+json']),
  'application/apply-patch+yaml',
]
