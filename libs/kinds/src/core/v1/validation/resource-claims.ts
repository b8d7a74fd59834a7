import { fieldError, isDns1123Label, isDns1123Subdomain } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each } from '../../../validation/values.ts'
import type { PodResourceClaim } from '../pod/spec.ts'

const { duplicate, invalid, required } = fieldError

const goClaim = ({ name, resourceClaimName, resourceClaimTemplateName }: PodResourceClaim): object => ({
  Name: name,
  ResourceClaimName: resourceClaimName ?? null,
  ResourceClaimTemplateName: resourceClaimTemplateName ?? null,
})

/** What is wrong with the claims of resources that a pod names: each is there already or made from a template. */
export const resourceClaimErrors = (
  path: FieldPath,
  claims: readonly PodResourceClaim[] | undefined,
): readonly FieldError[] => {
  const names = new Set<string>()
  return each(path, claims, (claim, at) => {
    const { name, resourceClaimName: own, resourceClaimTemplateName: template } = claim
    const again = names.has(name)
    names.add(name)
    const choice =
      own !== undefined && template !== undefined
        ? 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'
        : own === undefined && template === undefined
          ? 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'
          : undefined
    return [
      ...(name === ''
        ? [required(`${at}.name`)]
        : again
          ? [duplicate(`${at}.name`, name)]
          : isDns1123Label(name).map(complaint => invalid(`${at}.name`, name, complaint))),
      ...(choice === undefined ? [] : [invalid(at, goClaim(claim), choice)]),
      ...named(`${at}.resourceClaimName`, own),
      ...named(`${at}.resourceClaimTemplateName`, template),
    ]
  })
}

const named = (path: FieldPath, name: string | undefined): readonly FieldError[] =>
  name === undefined ? [] : isDns1123Subdomain(name).map(complaint => invalid(path, name, complaint))
