import { fieldError, isConfigMapKey, isDns1123Label, isDns1123Subdomain } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { present, presentAnd } from '../../../validation/values.ts'
import type { NodeConfigSource, NodeConfigStatus } from './schema.ts'

const parts = ['assigned', 'active', 'lastKnownGood'] as const

/** What is wrong with what a node says of the ConfigMaps that it is set by. */
export const configStatusErrors = (path: FieldPath, config: NodeConfigStatus): readonly FieldError[] =>
  parts.flatMap(part => {
    const source = config[part]
    return source ? sourceErrors(`${path}.${part}`, source) : []
  })

const sourceErrors = (path: FieldPath, { configMap }: NodeConfigSource): readonly FieldError[] => {
  if (!configMap)
    return [fieldError.invalid(path, { ConfigMap: null }, 'exactly one reference subfield must be non-nil')]
  const at = `${path}.configMap`
  return [
    ...present(`${at}.uid`, configMap.uid),
    ...present(`${at}.resourceVersion`, configMap.resourceVersion),
    ...presentAnd(`${at}.namespace`, configMap.namespace, isDns1123Label),
    ...presentAnd(`${at}.name`, configMap.name, isDns1123Subdomain),
    ...presentAnd(`${at}.kubeletConfigKey`, configMap.kubeletConfigKey, isConfigMapKey),
  ]
}
