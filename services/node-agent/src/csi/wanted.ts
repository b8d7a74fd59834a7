import type { Stored } from '@periplus/api'
import { hasLifecycle, isAttachRequired } from '@periplus/kinds'
import type { CSIDriver, CSIDriverSpec, PersistentVolume, Pod, Volume } from '@periplus/kinds'
import type { CsiCapability, CsiUse, Texts } from '@periplus/csi'
import { E, sha256 } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { SecretPlace } from '../volumes/secret-source.ts'

/** What a pod wants of a storage driver: one volume, with all that it is asked for with. */
export interface CsiWanted {
  readonly driver: string
  readonly handle: string
  /** Of the volume's directory among the pod's. */
  readonly name: string
  readonly mode: 'Persistent' | 'Ephemeral'
  readonly attach: boolean
  readonly readOnly: boolean
  readonly use: CsiUse
  readonly attributes: Texts
  readonly podInfo: Texts
  readonly tokens: NonNullable<CSIDriverSpec['tokenRequests']>
  readonly tokensInSecrets: boolean
  readonly stageSecret?: SecretPlace
  readonly publishSecret?: SecretPlace
  readonly expandSecret?: SecretPlace
  /** Whom all of it is to be given to, once it is there. */
  readonly group?: number
  readonly groupUnlessRootIs: boolean
  /** It is published again and again. */
  readonly again: boolean
}

/** What a pod's volume asks of a driver: `claimed` is what is behind one that is a claim. Refused in the kubelet's words. */
export const csiWanted = (
  pod: Pod,
  volume: Volume,
  claimed: Stored<PersistentVolume> | undefined,
  known: (driver: string) => { readonly described?: CSIDriver; readonly can: ReadonlySet<CsiCapability> },
): Either<string, CsiWanted> => {
  const source = claimed?.spec?.csi ?? volume.csi
  if (!source) return E.left('CSI volume source not found')
  const { described, can } = known(source.driver)
  const mode = claimed ? 'Persistent' : 'Ephemeral'
  const refusal = lifecycleRefusal(source.driver, mode, described)
  if (refusal !== undefined) return E.left(refusal)
  const readOnly = volume.persistentVolumeClaim?.readOnly === true || source.readOnly === true
  const fsType = source.fsType ?? ''
  const { fsGroup, fsGroupChangePolicy } = pod.spec?.securityContext ?? {}
  const delegated = fsGroup !== undefined && can.has('mountGroup')
  const isBlock = claimed?.spec?.volumeMode === 'Block'
  const gives =
    !isBlock &&
    fsGroup !== undefined &&
    !delegated &&
    !readOnly &&
    givesGroup(described, fsType, claimed?.spec?.accessModes)
  const namespace = pod.metadata?.namespace ?? ''
  const inlineSecret = volume.csi?.nodePublishSecretRef?.name
  return E.right({
    driver: source.driver,
    mode,
    ...(claimed?.spec?.csi
      ? { handle: claimed.spec.csi.volumeHandle, name: claimed.metadata.name }
      : { handle: `csi-${sha256(`${pod.metadata?.uid}${volume.name}`)}`, name: volume.name }),
    attach: claimed !== undefined && isAttachRequired(described),
    readOnly,
    use: {
      as: isBlock
        ? 'block'
        : { fsType, flags: claimed?.spec?.mountOptions ?? [], group: delegated ? String(fsGroup) : '' },
      accessMode: claimed?.spec?.accessModes?.[0] ?? 'ReadWriteOnce',
    },
    attributes: source.volumeAttributes ?? {},
    podInfo: described?.spec.podInfoOnMount === true ? podInfo(pod, mode) : {},
    tokens: described?.spec.tokenRequests ?? [],
    tokensInSecrets: described?.spec.serviceAccountTokenInSecrets === true,
    ...secretsOf(claimed),
    ...(inlineSecret ? { publishSecret: { namespace, name: inlineSecret } } : {}),
    ...(gives ? { group: Number(fsGroup) } : {}),
    groupUnlessRootIs: fsGroupChangePolicy === 'OnRootMismatch',
    again: described?.spec.requiresRepublish === true,
  })
}

const lifecycleRefusal = (name: string, mode: CsiWanted['mode'], driver: CSIDriver | undefined): string | undefined => {
  const refuse = (why: string): string => `volume mode "${mode}" not supported by driver ${name} (${why})`
  if (!driver) return mode === 'Ephemeral' ? refuse('no CSIDriver object') : undefined
  if (hasLifecycle(driver, mode)) return undefined
  return refuse(`only supports [${(driver.spec.volumeLifecycleModes ?? []).map(each => `"${each}"`).join(' ')}]`)
}

const givesGroup = (driver: CSIDriver | undefined, fsType: string, modes: readonly string[] | undefined): boolean => {
  const policy = driver?.spec.fsGroupPolicy ?? 'ReadWriteOnceWithFSType'
  if (policy === 'File') return true
  if (policy === 'None') return false
  return fsType !== '' && (modes === undefined || modes.includes('ReadWriteOnce'))
}

const podInfo = ({ metadata, spec }: Pod, mode: CsiWanted['mode']): Texts => ({
  'csi.storage.k8s.io/pod.name': metadata?.name ?? '',
  'csi.storage.k8s.io/pod.namespace': metadata?.namespace ?? '',
  'csi.storage.k8s.io/pod.uid': metadata?.uid ?? '',
  'csi.storage.k8s.io/serviceAccount.name': spec?.serviceAccountName ?? 'default',
  'csi.storage.k8s.io/ephemeral': String(mode === 'Ephemeral'),
})

const secretsOf = (claimed: Stored<PersistentVolume> | undefined) => {
  const { nodeStageSecretRef, nodePublishSecretRef, nodeExpandSecretRef } = claimed?.spec?.csi ?? {}
  return {
    ...placed('stageSecret', nodeStageSecretRef),
    ...placed('publishSecret', nodePublishSecretRef),
    ...placed('expandSecret', nodeExpandSecretRef),
  }
}

const placed = <K extends string>(
  key: K,
  ref: { readonly namespace?: string; readonly name?: string } | undefined,
): { readonly [P in K]?: SecretPlace } =>
  (ref?.name ? { [key]: { namespace: ref.namespace ?? '', name: ref.name } } : {}) as { [P in K]?: SecretPlace }
