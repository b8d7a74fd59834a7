import { isExtendedResource } from '../core/v1/validation/resource-names.ts'

/** A group and a resource, such as `apps` and `deployments`. */
export interface CountedResource {
  readonly group: string
  readonly resource: string
}

/** Core resources that quotas count by their plain names. */
const plain: ReadonlySet<string> = new Set([
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
])

/** What pods may ask for and be limited to, and quotas count. */
const compute: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage'])

/** Whether quotas count this resource of a pod in its `limits`. */
export const isCountedLimit = (name: string): boolean => compute.has(name)

/** Whether quotas count this resource of a pod by its plain name too, and not by `requests.` alone. */
export const isCountedPlainly = (name: string): boolean => compute.has(name) || name.startsWith('hugepages-')

/** Whether quotas count this resource of a pod in its `requests`. */
export const isCountedRequest = (name: string): boolean => isCountedPlainly(name) || isExtendedResource(name)

const claims = /(^|\.storageclass\.storage\.k8s\.io\/)(persistentvolumeclaims|requests\.storage)$/

const core = (resource: string): CountedResource => ({ group: '', resource })

/** Whose objects take of what a quota limits by this name; `undefined` where nothing is counted by it. */
export const countedResource = (name: string): CountedResource | undefined => {
  if (name.startsWith('count/')) {
    const [resource = '', ...group] = name.slice('count/'.length).split('.')
    return { resource, group: group.join('.') }
  }
  if (claims.test(name)) return core('persistentvolumeclaims')
  if (plain.has(name)) return core(name)
  if (name === 'services.nodeports' || name === 'services.loadbalancers') return core('services')
  if (isCountedPlainly(name)) return core('pods')
  const [, which = '', what = ''] = /^(requests|limits)\.(.*)$/.exec(name) ?? []
  const isOfPods = which === 'requests' ? isCountedRequest(what) : which === 'limits' && isCountedLimit(what)
  return isOfPods ? core('pods') : undefined
}

/** Whether objects of a core resource are counted by its plain name, besides `count/`. */
export const isCountedByName = (resource: string): boolean => plain.has(resource)
