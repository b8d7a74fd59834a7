import type { Attributes, PolicyState } from '../../ports.ts'
import type { Opinion } from '../rbac/authorize.ts'
import { nodeRules } from '../rbac/bootstrap/system-roles.ts'
import { ruleAllows } from '../rbac/rule.ts'
import { nodeNameOf } from './node-name.ts'
import { relatedTo } from './related.ts'
import type { Related } from './related.ts'

type Asked = Extract<Attributes, { tag: 'Resource' }>

/**
 * What a node may, by the rules of Kubernetes' node authorizer: its own Node, Lease and CSINode, the pods that are bound to it, its readings of both, and
 * of all else what those pods name. What a request's body says is for `node-restriction.ts` to judge.
 */
export const nodeAuthorizer =
  (state: PolicyState): Opinion =>
  (user, asked) => {
    const node = nodeNameOf(user)
    if (!node || asked.tag !== 'Resource') return undefined
    return mayNode(node, relatedTo(state, node), asked) || undefined
  }

const reads: readonly string[] = ['get', 'list', 'watch']
const changes: readonly string[] = ['update', 'patch']
const ofItsOwn: readonly string[] = ['get', 'create', 'update', 'patch', 'delete']

/** Whether a collection is asked for with a selector that leaves only what is the node's. */
const selectsOwn = ({ fields = [] }: Asked, node: string): boolean =>
  fields.some(({ field, operator, value }) => field === 'spec.nodeName' && operator === '=' && value === node)

const mayNode = (node: string, related: Related, asked: Asked): boolean => {
  const { verb, namespace, name, subresource } = asked
  const whole = subresource === ''
  switch (asked.group === '' ? asked.resource : `${asked.resource}.${asked.group}`) {
    case 'secrets':
      return whole && reads.includes(verb) && name !== '' && related.secret(namespace, name)
    case 'configmaps':
      return whole && reads.includes(verb) && name !== '' && related.configMap(namespace, name)
    case 'persistentvolumeclaims':
      if (subresource === 'status') return changes.includes(verb) && related.claim(namespace, name)
      return whole && verb === 'get' && related.claim(namespace, name)
    case 'persistentvolumes':
      return whole && verb === 'get' && related.volume(name)
    case 'resourceclaims.resource.k8s.io':
      return whole && verb === 'get' && related.resourceClaim(namespace, name)
    case 'volumeattachments.storage.k8s.io':
      return whole && verb === 'get' && related.saysSo(asked.group, asked.resource, name)
    case 'serviceaccounts':
      if (subresource === 'token') return verb === 'create' && related.serviceAccount(namespace, name)
      return whole && verb === 'get' && related.serviceAccount(namespace, name)
    case 'leases.coordination.k8s.io':
      return namespace === 'kube-node-lease' && ofItsOwn.includes(verb) && (verb === 'create' || name === node)
    case 'nodes.metrics.k8s.io':
      return whole && ofItsOwn.includes(verb) && (verb === 'create' || name === node)
    case 'pods.metrics.k8s.io':
      return whole && ofItsOwn.includes(verb) && (verb === 'create' || related.pod(namespace, name))
    case 'csinodes.storage.k8s.io':
      return whole && ofItsOwn.includes(verb) && (verb === 'create' || name === node)
    case 'resourceslices.resource.k8s.io':
      return whole && maySlices(node, related, asked)
    case 'nodes':
      if (subresource === 'status') return changes.includes(verb)
      return whole && (verb === 'create' || changes.includes(verb) || (reads.includes(verb) && name === node))
    case 'pods':
      return mayPods(node, related, asked)
    default:
      return nodeRules.some(rule => ruleAllows(rule, asked))
  }
}

const maySlices = (node: string, related: Related, asked: Asked): boolean => {
  const { verb, name } = asked
  if (verb === 'create') return true
  if (verb === 'list' || verb === 'watch' || verb === 'deletecollection') return selectsOwn(asked, node)
  return (
    (verb === 'get' || verb === 'delete' || changes.includes(verb)) && related.saysSo(asked.group, asked.resource, name)
  )
}

const mayPods = (node: string, related: Related, asked: Asked): boolean => {
  const { verb, namespace, name, subresource } = asked
  switch (subresource) {
    case '':
      if (verb === 'create' || verb === 'delete') return true
      if (verb === 'list' || verb === 'watch') return selectsOwn(asked, node) || related.pod(namespace, name)
      return verb === 'get' && related.pod(namespace, name)
    case 'status':
      return changes.includes(verb)
    // The write path asks nobody about an eviction's pod once more.
    case 'eviction':
      return verb === 'create' && related.pod(namespace, name)
    default:
      return false
  }
}
