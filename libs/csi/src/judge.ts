import { isLabelValue, isQualifiedName } from '@periplus/api'
import type { CsiNodeInfo } from './csi-node.ts'
import type { PluginInfo } from './registration.ts'

const longestName = 63
const longestNodeId = 192
const mostSegments = 32
const driverName = /^[a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?$/

/** Why a plugin cannot be a driver here; `undefined` where it can. */
export const pluginRefusal = ({ type, name, endpoint, versions }: PluginInfo): string | undefined => {
  if (type !== 'CSIPlugin') return `plugins of type ${JSON.stringify(type.slice(0, longestName))} are not supported`
  if (!isDriverName(name)) return `${JSON.stringify(name.slice(0, longestName))} is not a driver's name`
  if (endpoint !== '' && (!endpoint.startsWith('/') || endpoint.split('/').includes('..') || endpoint.includes('\0')))
    return `the endpoint ${JSON.stringify(endpoint.slice(0, 256))} is not an absolute path`
  if (!versions.some(version => /^v?1(\.\d+){0,2}$/.test(version)))
    return `unsupported versions: ${versions.slice(0, 10).join(', ').slice(0, 256) || 'none'}; version 1 of CSI is needed`
  return undefined
}

/** Whether a text may be the name of a driver, and so of directories. */
export const isDriverName = (name: string): boolean => name.length <= longestName && driverName.test(name)

/** Why what a driver says of a node cannot be taken; `undefined` where it can. */
export const infoRefusal = ({ nodeId, segments }: CsiNodeInfo): string | undefined => {
  if (nodeId === '') return 'node ID was empty'
  if (Buffer.byteLength(nodeId) > longestNodeId) return `node ID is longer than ${longestNodeId} bytes`
  const keys = Object.keys(segments)
  if (keys.length > mostSegments) return `more than ${mostSegments} topology segments`
  const odd = Object.entries(segments).find(
    ([key, value]) => isQualifiedName(key).length > 0 || isLabelValue(value).length > 0,
  )
  return odd && `the topology segment ${JSON.stringify(odd[0].slice(0, 256))} cannot be a label`
}
