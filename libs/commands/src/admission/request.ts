import { own } from '@periplus/prelude'
import { gvkOf } from '@periplus/api'
import type { GroupVersionKind, Kind, KubernetesObject } from '@periplus/api'
import type { Candidate } from '../candidate/candidate.ts'
import { isNamespaceKind } from '../candidate/is-namespace.ts'
import { scaleOf } from '../candidate/scale.ts'
import type { Command } from '../command.ts'
import type { Requester } from '../requester.ts'

/**
 * What is to be admitted, as whoever configures admission knows it: Kubernetes' attributes, and the `request` of an AdmissionReview.
 * A subresource that has objects of its own kind is shown with these: a Scale, a Binding, an Eviction.
 */
export interface AdmissionRequest {
  /** Of the resource that the request names; objects are in the form of its version. */
  readonly kind: Kind
  /** `''`: the main resource. */
  readonly subresource: string
  /** What `object` and `oldObject` are. */
  readonly objectKind: GroupVersionKind
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  /** Of a namespace itself, its own name. */
  readonly namespace: string
  readonly name: string
  /** `undefined` of a deletion. */
  readonly object: KubernetesObject | undefined
  /** `undefined` of a creation and of a connection. */
  readonly oldObject: KubernetesObject | undefined
  /** `CreateOptions` and the like. */
  readonly options: KubernetesObject | undefined
  readonly dryRun: boolean
  readonly requester: Requester
}

const ofSubresource: Readonly<Record<string, GroupVersionKind>> = {
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  binding: { group: '', version: 'v1', kind: 'Binding' },
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction' },
}

const optionsOf = (command: Command, kind: string): KubernetesObject => {
  const manager = command.verb === 'delete' ? undefined : command.fieldManager
  const own = command.verb === 'delete' ? command.options : {}
  return {
    apiVersion: 'meta.k8s.io/v1',
    kind,
    ...own,
    ...(command.dryRun ? { dryRun: ['All'] } : {}),
    ...(manager === undefined ? {} : { fieldManager: manager }),
  }
}

type Shown = Pick<AdmissionRequest, 'operation' | 'object' | 'oldObject' | 'objectKind' | 'options'>

const shownOf = (command: Command, candidate: Candidate): Shown => {
  const { kind, operation, previous, next, subresource = '', isEviction } = candidate
  const part = isEviction ? 'eviction' : subresource
  const objectKind = own(ofSubresource, part) ?? gvkOf(kind)
  if ((part === 'binding' || part === 'eviction') && command.verb === 'update') {
    const { group, version, kind: name } = objectKind
    const apiVersion = group === '' ? version : `${group}/${version}`
    const object = { ...command.object, apiVersion, kind: name }
    return {
      operation: 'CREATE',
      object,
      oldObject: undefined,
      objectKind,
      options: optionsOf(command, 'CreateOptions'),
    }
  }
  switch (operation) {
    case 'create':
      return {
        operation: 'CREATE',
        object: next,
        oldObject: undefined,
        objectKind,
        options: optionsOf(command, 'CreateOptions'),
      }
    case 'delete':
      return {
        operation: 'DELETE',
        object: undefined,
        oldObject: previous,
        objectKind,
        options: optionsOf(command, 'DeleteOptions'),
      }
    case 'update': {
      const options = optionsOf(command, command.verb === 'patch' ? 'PatchOptions' : 'UpdateOptions')
      const scaled = part === 'scale' && previous
      const [object, oldObject] = scaled ? [scaleOf(kind, next), scaleOf(kind, previous)] : [next, previous]
      return { operation: 'UPDATE', object, oldObject, objectKind, options }
    }
  }
}

/** What admission is asked of a command. */
export const admissionRequestOf = (command: Command, candidate: Candidate, requester: Requester): AdmissionRequest => {
  const { kind, ref, isEviction, subresource = '' } = candidate
  return {
    kind,
    subresource: isEviction ? 'eviction' : subresource,
    namespace: isNamespaceKind(kind) ? ref.name : ref.namespace,
    name: ref.name,
    dryRun: command.dryRun ?? false,
    requester,
    ...shownOf(command, candidate),
  }
}
