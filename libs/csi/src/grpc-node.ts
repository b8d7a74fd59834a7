import { errorText, grpcChannel, grpcStatus } from '@periplus/grpc'
import type { Call, ServiceError } from '@periplus/grpc'
import { E } from '@periplus/prelude'
import type { CsiCapability, CsiNode, CsiNodeInfo, CsiRefusal, CsiStaging, CsiUse, Csi } from './csi-node.ts'
import { accessModeNumbers, calls, capabilityNumbers } from './messages.ts'

/** How long calls may take, in seconds; those that move volumes as long as the kubelet gives them. */
export interface CsiLimits {
  readonly asking: number
  readonly moving: number
}

const kubeletLimits: CsiLimits = { asking: 15, moving: 120 }
/** Figures are for people, and there may be many volumes: nobody waits long for those of one. */
const figuresSeconds = 2
/** No honest answer is larger. */
const mostAnswerBytes = 1024 * 1024

/** A driver at a unix socket. */
export const grpcCsiNode = (socket: string, limits: CsiLimits = kubeletLimits): CsiNode => {
  const channel = grpcChannel(socket, { mostAnswerBytes })
  let known: ReadonlySet<CsiCapability> = new Set()

  const ask = async <Req, Res>(call: Call<Req, Res>, request: Req, seconds = limits.moving): Csi<Res> =>
    E.mapLeft(refusalOf)(await channel.unary(call, request, seconds))
  const done = async <Req>(call: Call<Req, object>, request: Req): Csi<void> =>
    E.map(() => undefined)(await ask(call, request))

  const capabilityOf = ({ as, accessMode }: CsiUse) => ({
    ...(as === 'block' ? { block: {} } : { mount: as }),
    accessMode: { mode: modeOf(accessMode, known.has('singleNodeMultiWriter')) },
  })
  const staging = ({ use, ...rest }: CsiStaging) => ({ ...rest, capability: capabilityOf(use) })

  return {
    info: async () => {
      const info = await ask(calls.getInfo, {}, limits.asking)
      return E.map(({ nodeId, mostVolumes, topology }: Told): CsiNodeInfo => ({
        nodeId,
        mostVolumes: Math.max(0, mostVolumes),
        segments: topology?.segments ?? {},
      }))(info)
    },
    capabilities: async () => {
      const told = await ask(calls.getCapabilities, {}, limits.asking)
      if (E.isLeft(told)) return told
      const numbers = new Set(told.right.capabilities.map(({ rpc }) => rpc.type))
      const names = Object.keys(capabilityNumbers) as CsiCapability[]
      known = new Set(names.filter(name => numbers.has(capabilityNumbers[name])))
      return E.right(known)
    },
    stage: request => done(calls.stage, staging(request)),
    unstage: (volumeId, stagingPath) => done(calls.unstage, { volumeId, stagingPath }),
    publish: request => done(calls.publish, staging(request) as ReturnType<typeof staging> & typeof request),
    unpublish: (volumeId, targetPath) => done(calls.unpublish, { volumeId, targetPath }),
    expand: async ({ bytes, use, ...rest }) => {
      const request = { ...rest, range: { required: bytes }, capability: capabilityOf(use) }
      return E.map(({ capacity }: { readonly capacity: number }) => Math.max(0, capacity))(
        await ask(calls.expand, request),
      )
    },
    stats: async (volumeId, path, stagingPath) => {
      const told = await ask(calls.stats, { volumeId, path, stagingPath }, Math.min(limits.asking, figuresSeconds))
      return E.map(({ usage }: { readonly usage: readonly Usage[] }) => {
        const [bytes, inodes] = [usage.find(({ unit }) => unit === 1), usage.find(({ unit }) => unit === 2)]
        return { ...(bytes ? { bytes: usageOf(bytes) } : {}), ...(inodes ? { inodes: usageOf(inodes) } : {}) }
      })(told)
    },
    close: () => channel.close(),
  }
}

interface Told {
  readonly nodeId: string
  readonly mostVolumes: number
  readonly topology: { readonly segments: Readonly<Record<string, string>> } | undefined
}

interface Usage {
  readonly available: number
  readonly total: number
  readonly used: number
  readonly unit: number
}

const usageOf = ({ available, total, used }: Usage) => ({ available, total, used })

/** The kubelet's own reading: drivers that know no difference between one writer and several on a node are asked for the older mode. */
const modeOf = (accessMode: string, differs: boolean): number => {
  switch (accessMode) {
    case 'ReadOnlyMany':
      return accessModeNumbers.multiNodeReaderOnly
    case 'ReadWriteMany':
      return accessModeNumbers.multiNodeMultiWriter
    case 'ReadWriteOncePod':
      return differs ? accessModeNumbers.singleNodeSingleWriter : accessModeNumbers.singleNodeWriter
    default:
      return differs ? accessModeNumbers.singleNodeMultiWriter : accessModeNumbers.singleNodeWriter
  }
}

/** Codes after which the kubelet, too, takes what was asked for as perhaps being done. */
const uncertain: ReadonlySet<number> = new Set([
  grpcStatus.CANCELLED,
  grpcStatus.DEADLINE_EXCEEDED,
  grpcStatus.RESOURCE_EXHAUSTED,
  grpcStatus.ABORTED,
])

const refusalOf = (error: ServiceError): CsiRefusal => ({
  tag: error.code === grpcStatus.UNAVAILABLE ? 'Unavailable' : uncertain.has(error.code) ? 'Uncertain' : 'Failed',
  message: errorText(error),
})
