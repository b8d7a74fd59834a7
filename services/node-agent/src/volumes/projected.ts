import type { Pod, ProjectedVolumeSource, VolumeProjection } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Payload } from './atomic-writer.ts'
import { configMapFiles, defaultMode, downwardFiles, secretFiles } from './payload.ts'
import { trustAnchors } from './trust-bundles.ts'
import type { VolumeSources } from './volume-sources.ts'

const defaultExpirationSeconds = 3600

/** Several sources in one directory; of two files of one path the later source's stays. */
export const projectedFiles = async (
  pod: Pod,
  { sources: projections = [], defaultMode: mode = defaultMode }: ProjectedVolumeSource,
  sources: VolumeSources,
): Promise<Either<string, Payload>> => {
  const files = new Map()
  for (const projection of projections) {
    const part = await partOf(pod, projection, mode, sources)
    if (E.isLeft(part)) return part
    for (const [path, file] of part.right) files.set(path, file)
  }
  return E.right(files)
}

const partOf = async (
  pod: Pod,
  projection: VolumeProjection,
  mode: number,
  sources: VolumeSources,
): Promise<Either<string, Payload>> => {
  if (projection.configMap) {
    const { name = '', items, optional = false } = projection.configMap
    return configMapFiles(sources.configMap(name), name, { items, mode, optional })
  }
  if (projection.secret) {
    const { name = '', items, optional = false } = projection.secret
    return secretFiles(sources.secret(name), name, { items, mode, optional })
  }
  if (projection.downwardAPI)
    return downwardFiles(pod, sources.place, sources.allocatable, projection.downwardAPI.items ?? [], mode)
  if (projection.serviceAccountToken) return token(pod, projection.serviceAccountToken, mode, sources)
  if (projection.clusterTrustBundle) {
    const anchors = trustAnchors(projection.clusterTrustBundle, sources.trustBundles)
    return E.map(
      (text: string): Payload =>
        new Map([[projection.clusterTrustBundle?.path ?? '', { data: Buffer.from(text), mode }]]),
    )(anchors)
  }
  const [type = 'unknown'] = Object.keys(projection)
  return E.left(`projected sources of type ${type} are not supported by this node`)
}

const token = async (
  pod: Pod,
  wanted: NonNullable<VolumeProjection['serviceAccountToken']>,
  mode: number,
  sources: VolumeSources,
): Promise<Either<string, Payload>> => {
  const { name = '', namespace = '', uid = '' } = pod.metadata ?? {}
  const answer = await sources.tokens.token({
    namespace,
    serviceAccount: pod.spec?.serviceAccountName ?? 'default',
    audience: wanted.audience ?? '',
    expirationSeconds: Number(wanted.expirationSeconds ?? defaultExpirationSeconds),
    pod: { name, uid },
  })
  if (E.isLeft(answer)) return E.left(`failed to fetch token: ${answer.left}`)
  const tokenMode = pod.spec?.securityContext?.fsGroup === undefined ? mode : 0o640
  return E.right(new Map([[wanted.path, { data: Buffer.from(answer.right.token), mode: tokenMode }]]))
}
