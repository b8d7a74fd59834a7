import type { Kind, Subresource } from '../kind.ts'
import { groupVersion } from '../registry/group-version.ts'
import type { Json } from './sources.ts'

/** What an operation takes and gives: an object of a kind, a list of it, or something that is named. */
export type Payload =
  | { readonly tag: 'object' }
  | { readonly tag: 'list' }
  | { readonly tag: 'body'; readonly group: string; readonly version: string; readonly kind: string }
  | { readonly tag: 'patch' }
  | { readonly tag: 'text' }

/** One method of one path, without anything that differs between the dialects. */
export interface Operation {
  readonly path: string
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** `x-kubernetes-action`. */
  readonly action: string
  readonly id: string
  readonly description: string
  readonly tag: string
  readonly gvk: Json
  readonly kind: Kind
  readonly takes: Payload | undefined
  readonly gives: Payload
  /** Names of path parameters, outermost first. */
  readonly pathParameters: readonly string[]
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const groupWords = (group: string): readonly string[] =>
  (group === '' ? 'core' : group.replace(/\.k8s\.io$/, '')).split(/[.-]/)
const groupId = (kind: Kind): string => groupWords(kind.group).map(capital).join('') + capital(kind.version)
const tagOf = (kind: Kind): string => {
  const [first = '', ...rest] = groupWords(kind.group)
  return `${first}${rest.map(capital).join('')}_${kind.version}`
}

/** `/api/v1` or `/apis/apps/v1`. */
export const basePath = (kind: Pick<Kind, 'group' | 'version'>): string =>
  `/${kind.group === '' ? 'api' : 'apis'}/${groupVersion(kind)}`

const status = { tag: 'body', group: '', version: 'v1', kind: 'Status' } as const
const deleteOptions = { tag: 'body', group: '', version: 'v1', kind: 'DeleteOptions' } as const
const object = { tag: 'object' } as const
const patch = { tag: 'patch' } as const

interface Template {
  readonly method: Operation['method']
  readonly action: string
  readonly verb: string
  readonly says: string
  readonly takes?: Payload
  readonly gives: Payload
}

const collection: Readonly<Partial<Record<string, Template>>> = {
  list: { method: 'get', action: 'list', verb: 'list', says: 'list or watch', gives: { tag: 'list' } },
  create: { method: 'post', action: 'post', verb: 'create', says: 'create', takes: object, gives: object },
  deletecollection: {
    method: 'delete',
    action: 'deletecollection',
    verb: 'delete',
    says: 'delete collection of',
    takes: deleteOptions,
    gives: status,
  },
}

const item: Readonly<Partial<Record<string, Template>>> = {
  get: { method: 'get', action: 'get', verb: 'read', says: 'read', gives: object },
  update: {
    method: 'put',
    action: 'put',
    verb: 'replace',
    says: 'replace',
    takes: object,
    gives: object,
  },
  patch: {
    method: 'patch',
    action: 'patch',
    verb: 'patch',
    says: 'partially update',
    takes: patch,
    gives: object,
  },
  delete: { method: 'delete', action: 'delete', verb: 'delete', says: 'delete', takes: deleteOptions, gives: status },
}

const scale: Subresource = {
  name: 'scale',
  kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  verbs: ['get', 'patch', 'update'],
}

/** Every subresource that the kind has: those it lists, `status` and `scale`. */
export const subresourcesOf = (kind: Kind): readonly Subresource[] => {
  const listed = new Set(kind.subresources.map(({ name }) => name))
  const own = { group: kind.group, version: kind.version, kind: kind.kind }
  const implied = [
    ...(kind.hasStatus ? [{ name: 'status', kind: own, verbs: ['get', 'patch', 'update'] }] : []),
    ...(kind.scale === undefined ? [] : [scale]),
  ].filter(({ name }) => !listed.has(name))
  return [...kind.subresources, ...implied].sort((a, b) => (a.name < b.name ? -1 : 1))
}

const subresourceOperations = (
  kind: Kind,
  subresource: Subresource,
  make: (template: Template, payload: Json) => Operation,
): readonly Operation[] => {
  const same =
    subresource.kind.group === kind.group &&
    subresource.kind.version === kind.version &&
    subresource.kind.kind === kind.kind
  const payload: Payload = same ? object : { tag: 'body', ...subresource.kind }
  const gvk = { group: subresource.kind.group, kind: subresource.kind.kind, version: subresource.kind.version }
  if (subresource.name === 'log')
    return [make({ method: 'get', action: 'get', verb: 'read', says: 'read', gives: { tag: 'text' } }, gvk)]
  // What upgrades a connection or passes a request through has no body that OpenAPI could describe.
  if (/Options$/.test(subresource.kind.kind))
    return subresource.verbs.flatMap(verb =>
      verb === 'get' || verb === 'create'
        ? [
            make(
              {
                method: verb === 'get' ? 'get' : 'post',
                action: 'connect',
                verb: verb === 'get' ? 'connectGet' : 'connectPost',
                says: `connect ${verb === 'get' ? 'GET' : 'POST'} requests to`,
                gives: { tag: 'text' },
              },
              gvk,
            ),
          ]
        : [],
    )
  return subresource.verbs.flatMap(verb => {
    const template = verb === 'create' ? collection.create : item[verb]
    if (template === undefined) return []
    const takes = template.takes?.tag === 'object' ? payload : template.takes
    return [make({ ...template, ...(takes === undefined ? {} : { takes }), gives: payload }, gvk)]
  })
}

/** Every operation on the kind, by path. */
export const operationsOf = (kind: Kind): readonly Operation[] => {
  const base = basePath(kind)
  const scope = kind.namespaced ? ['namespace'] : []
  const scoped = kind.namespaced ? 'Namespaced' : ''
  const all = `${base}/${kind.resource}`
  const home = kind.namespaced ? `${base}/namespaces/{namespace}/${kind.resource}` : all
  const id = groupId(kind)
  const common = { tag: tagOf(kind), kind }
  const gvk = { group: kind.group, kind: kind.kind, version: kind.version }

  const operation = (
    template: Template,
    path: string,
    parameters: readonly string[],
    suffix = '',
    about: Json = gvk,
  ): Operation => ({
    ...common,
    path,
    method: template.method,
    action: template.action,
    id: `${template.verb}${id}${template.action === 'deletecollection' ? 'Collection' : ''}${scoped}${kind.kind}${suffix}`,
    description: `${template.says} ${suffix === '' ? '' : `${suffix.toLowerCase()} of `}${kind.kind}`,
    gvk: about,
    takes: template.takes,
    gives: template.gives,
    pathParameters: parameters,
  })

  const verbs = kind.verbs
  const operations: Operation[] = []
  for (const verb of ['list', 'create', 'deletecollection'])
    if ((verbs as readonly string[]).includes(verb) && collection[verb])
      operations.push(operation(collection[verb], home, scope))
  if (kind.namespaced && verbs.includes('list') && collection.list)
    operations.push({
      ...operation(collection.list, all, []),
      id: `list${id}${kind.kind}ForAllNamespaces`,
    })
  for (const verb of ['get', 'update', 'patch', 'delete'])
    if ((verbs as readonly string[]).includes(verb) && item[verb])
      operations.push(operation(item[verb], `${home}/{name}`, [...scope, 'name']))
  for (const subresource of subresourcesOf(kind))
    operations.push(
      ...subresourceOperations(kind, subresource, (template, about) =>
        operation(template, `${home}/{name}/${subresource.name}`, [...scope, 'name'], capital(subresource.name), about),
      ),
    )
  return operations
}
