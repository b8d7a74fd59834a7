import { fieldError, isDns1123Label, isDns1123Subdomain } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { own } from '@periplus/prelude'
import { each, presentAnd, unique } from '../../../validation/values.ts'
import type { Pod } from './schema.ts'
import type { ContainerExtendedResourceRequest } from './status.ts'

const { duplicate, invalid, required } = fieldError

/** What is wrong with which claims were made for a pod. */
export const claimStatusErrors = (path: FieldPath, { spec, status }: Pod): readonly FieldError[] => {
  const claims = new Set((spec?.resourceClaims ?? []).map(({ name }) => name))
  return [
    ...each(path, status?.resourceClaimStatuses, ({ name, resourceClaimName: made }, at) => [
      ...(claims.has(name)
        ? []
        : [invalid(`${at}.name`, name, 'must match the name of an entry in `spec.resourceClaims`')]),
      ...(made === undefined ? [] : isDns1123Subdomain(made).map(words => invalid(`${at}.name`, made, words))),
    ]),
    ...unique(path, status?.resourceClaimStatuses, ({ name }) => name, 'name'),
  ]
}

/** What is wrong with the claim that stands for a pod's extended resources. */
export const extendedClaimErrors = (path: FieldPath, { spec, status }: Pod): readonly FieldError[] => {
  const claim = status?.extendedResourceClaimStatus
  if (!claim) return []
  const containers = new Map(
    [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(one => [one.name, one] as const),
  )
  const list = `${path}.requestMappings`
  const seen = new Set<string>()
  const placeErrors = ({ containerName, resourceName }: ContainerExtendedResourceRequest, at: FieldPath) => {
    const container = containers.get(containerName)
    if (!container) return [invalid(`${at}.containerName`, containerName, unknownContainer)]
    return own(container.resources?.requests, resourceName) === undefined
      ? [invalid(`${at}.resourceName`, resourceName, unknownResource)]
      : []
  }
  return [
    ...(claim.requestMappings.length === 0 ? [required(list, 'at least one request mapping is required')] : []),
    ...each(list, claim.requestMappings, (mapping, at) => {
      const key = JSON.stringify([mapping.containerName, mapping.resourceName, mapping.requestName])
      const again = seen.has(key)
      seen.add(key)
      return [
        ...placeErrors(mapping, at),
        ...isDns1123Label(mapping.requestName).map(words => invalid(`${path}.requestName`, mapping.requestName, words)),
        ...(again ? parts.map(part => duplicate(`${at}.${part}`, mapping[part])) : []),
      ]
    }),
    ...presentAnd(`${path}.resourceClaimName`, claim.resourceClaimName, isDns1123Subdomain),
  ]
}

const parts = ['containerName', 'resourceName', 'requestName'] as const

const unknownContainer = 'must match the name of an entry in spec.initContainers.name or spec.containers.name'

const unknownResource =
  'must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests'
