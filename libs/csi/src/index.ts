export type {
  Csi,
  CsiCapability,
  CsiExpansion,
  CsiNode,
  CsiNodeInfo,
  CsiPublishing,
  CsiRefusal,
  CsiStaging,
  CsiUsage,
  CsiUse,
  CsiVolumeStats,
  Texts,
} from './csi-node.ts'
export { grpcCsiNode } from './grpc-node.ts'
export type { CsiLimits } from './grpc-node.ts'
export { pluginSocket } from './registration.ts'
export type { PluginInfo, PluginSocket } from './registration.ts'
export { infoRefusal, isDriverName, pluginRefusal } from './judge.ts'
