import { bool, integer, many, message, one, optional, string, strings } from '@periplus/grpc'

/** The messages of `csi.v1.Node` (container-storage-interface/spec, 1.x) and of the kubelet's plugin registration, as field numbers. */
const empty = message({})

const capability = message({
  block: optional(1, empty),
  mount: optional(2, message({ fsType: one(1, string), flags: many(2, string), group: one(3, string) })),
  accessMode: one(3, message({ mode: one(1, integer) })),
})

const node = <I, O>(method: string, request: I, response: O) => ({
  path: `/csi.v1.Node/${method}`,
  request,
  response,
})

const registration = <I, O>(method: string, request: I, response: O) => ({
  path: `/pluginregistration.Registration/${method}`,
  request,
  response,
})

/** The calls, by the specification's own names. */
export const calls = {
  getInfo: node(
    'NodeGetInfo',
    empty,
    message({
      nodeId: one(1, string),
      mostVolumes: one(2, integer),
      topology: optional(3, message({ segments: strings(1) })),
    }),
  ),
  getCapabilities: node(
    'NodeGetCapabilities',
    empty,
    message({ capabilities: many(1, message({ rpc: one(1, message({ type: one(1, integer) })) })) }),
  ),
  stage: node(
    'NodeStageVolume',
    message({
      volumeId: one(1, string),
      publishContext: strings(2),
      stagingPath: one(3, string),
      capability: one(4, capability),
      secrets: strings(5),
      volumeContext: strings(6),
    }),
    empty,
  ),
  unstage: node('NodeUnstageVolume', message({ volumeId: one(1, string), stagingPath: one(2, string) }), empty),
  publish: node(
    'NodePublishVolume',
    message({
      volumeId: one(1, string),
      publishContext: strings(2),
      stagingPath: one(3, string),
      targetPath: one(4, string),
      capability: one(5, capability),
      readOnly: one(6, bool),
      secrets: strings(7),
      volumeContext: strings(8),
    }),
    empty,
  ),
  unpublish: node('NodeUnpublishVolume', message({ volumeId: one(1, string), targetPath: one(2, string) }), empty),
  stats: node(
    'NodeGetVolumeStats',
    message({ volumeId: one(1, string), path: one(2, string), stagingPath: one(3, string) }),
    message({
      usage: many(
        1,
        message({ available: one(1, integer), total: one(2, integer), used: one(3, integer), unit: one(4, integer) }),
      ),
    }),
  ),
  expand: node(
    'NodeExpandVolume',
    message({
      volumeId: one(1, string),
      path: one(2, string),
      range: one(3, message({ required: one(1, integer), limit: one(2, integer) })),
      stagingPath: one(4, string),
      capability: one(5, capability),
      secrets: strings(6),
    }),
    message({ capacity: one(1, integer) }),
  ),
  pluginInfo: registration(
    'GetInfo',
    empty,
    message({
      type: one(1, string),
      name: one(2, string),
      endpoint: one(3, string),
      versions: many(4, string),
    }),
  ),
  notify: registration('NotifyRegistrationStatus', message({ registered: one(1, bool), error: one(2, string) }), empty),
} as const

/** `NodeServiceCapability.RPC.Type`. */
export const capabilityNumbers = { stage: 1, stats: 2, expand: 3, singleNodeMultiWriter: 5, mountGroup: 6 } as const

/** `VolumeCapability.AccessMode.Mode`. */
export const accessModeNumbers = {
  singleNodeWriter: 1,
  multiNodeReaderOnly: 3,
  multiNodeMultiWriter: 5,
  singleNodeSingleWriter: 6,
  singleNodeMultiWriter: 7,
} as const
