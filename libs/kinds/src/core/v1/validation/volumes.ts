import { fieldError, isDns1123Label, isDns1123Subdomain, quantityOf } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, obeys, present, presentAnd, requiredOneOf } from '../../../validation/values.ts'
import type { Volume } from '../volumes.ts'
import { claimTemplateErrors } from './claim-spec.ts'
import { descendingPathErrors } from './paths.ts'
import { projectedErrors } from './projected.ts'
import { fieldFileErrors, keyFileErrors, modeErrors } from './volume-files.ts'
import {
  azureDiskErrors,
  chosenSourceErrors,
  csiDriverNameErrors,
  diskErrors,
  fcErrors,
  flexErrors,
  flockerErrors,
  hostPathErrors,
  iscsiErrors,
  needs,
  nfsErrors,
  quobyteErrors,
  storageosErrors,
} from './volume-plugins.ts'
import type { SourceRule } from './volume-plugins.ts'

const { duplicate, forbidden, invalid, required } = fieldError

type Source<N extends keyof Volume> = NonNullable<Volume[N]>
type Rules = { readonly [N in Exclude<keyof Volume, 'name'>]: SourceRule<Source<N>> }

/** In the order in which Kubernetes looks at them: only the first that is there is looked into. */
const rules: Rules = {
  emptyDir: (path, { sizeLimit }) =>
    sizeLimit !== undefined && quantityOf(sizeLimit).nanos < 0n
      ? [forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
      : [],
  hostPath: hostPathErrors,
  gitRepo: (path, { repository, directory }) => [
    ...present(`${path}.repository`, repository),
    ...descendingPathErrors(`${path}.directory`, directory),
  ],
  gcePersistentDisk: diskErrors('pdName'),
  awsElasticBlockStore: diskErrors('volumeID'),
  secret: (path, { secretName, defaultMode, items }) => [
    ...present(`${path}.secretName`, secretName),
    ...modeErrors(`${path}.defaultMode`, defaultMode),
    ...keyFileErrors(`${path}.items`, items),
  ],
  nfs: nfsErrors,
  iscsi: iscsiErrors('must be valid format starting with iqn, eui, or naa'),
  glusterfs: needs('endpoints', 'path'),
  flocker: flockerErrors,
  persistentVolumeClaim: needs('claimName'),
  rbd: needs('monitors', 'image'),
  cinder: (path, { volumeID, secretRef }) => [
    ...present(`${path}.volumeID`, volumeID),
    ...(secretRef ? present(`${path}.secretRef.name`, secretRef.name) : []),
  ],
  cephfs: needs('monitors'),
  quobyte: quobyteErrors,
  downwardAPI: (path, { defaultMode, items }) => [
    ...modeErrors(`${path}.defaultMode`, defaultMode),
    ...fieldFileErrors(path, items),
  ],
  fc: fcErrors,
  flexVolume: flexErrors,
  configMap: (path, { name, defaultMode, items }) => [
    ...present(`${path}.name`, name),
    ...modeErrors(`${path}.defaultMode`, defaultMode),
    ...keyFileErrors(`${path}.items`, items),
  ],
  azureFile: needs('secretName', 'shareName'),
  vsphereVolume: needs('volumePath'),
  photonPersistentDisk: needs('pdID'),
  portworxVolume: needs('volumeID'),
  azureDisk: azureDiskErrors,
  storageos: storageosErrors,
  projected: projectedErrors,
  scaleIO: needs('gateway', 'system', 'volumeName'),
  csi: (path, { driver, nodePublishSecretRef: secret }) => [
    ...csiDriverNameErrors(`${path}.driver`, driver),
    ...(secret ? present(`${path}.nodePublishSecretRef.name`, secret.name) : []),
    ...obeys(`${path}.name`, secret?.name, isDns1123Subdomain),
  ],
  ephemeral: (path, { volumeClaimTemplate: template }) =>
    template ? claimTemplateErrors(`${path}.volumeClaimTemplate`, template) : [required(`${path}.volumeClaimTemplate`)],
  image: (path, { pullPolicy }) => requiredOneOf(`${path}.pullPolicy`, pullPolicy, ['Always', 'IfNotPresent', 'Never']),
}
const inOrder = Object.entries(rules) as unknown as readonly (readonly [keyof Volume & string, SourceRule<never>])[]

const toldAs = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' }

const iscsiLengthErrors = (path: FieldPath, { name, iscsi }: Volume): readonly FieldError[] =>
  iscsi?.initiatorName !== undefined && `${name}:${iscsi.targetPortal}`.length > 64
    ? [
        invalid(
          `${path}.name`,
          name,
          'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.',
        ),
      ]
    : []

const firstSource = (volume: Volume): string | undefined => inOrder.find(([name]) => volume[name] !== undefined)?.[0]

/** The claim that is made for an ephemeral volume is named after both. */
const claimNameErrors = (path: FieldPath, volume: Volume, podName: string): readonly FieldError[] => {
  if (!volume.ephemeral || !podName || !volume.name || firstSource(volume) !== 'ephemeral') return []
  const claim = `${podName}-${volume.name}`
  return isDns1123Subdomain(claim).map(complaint =>
    invalid(`${path}.name`, volume.name, `PVC name ${JSON.stringify(claim)}: ${complaint}`),
  )
}

/** A template may leave the image to whoever makes pods of it. */
const imageErrors = (path: FieldPath, volume: Volume, isPod: boolean): readonly FieldError[] =>
  isPod && volume.image && Object.keys(volume).filter(key => key !== 'name').length === 1
    ? present(`${path}.image.reference`, volume.image.reference)
    : []

/** A pod's volumes: what is wrong with them, and those that containers find, which are sound and named once. */
export interface CheckedVolumes {
  readonly errors: readonly FieldError[]
  readonly sound: ReadonlyMap<string, Volume>
}

/** `podName`: `undefined` in templates, whose pods have no names yet. */
export const checkedVolumes = (
  path: FieldPath,
  volumes: readonly Volume[] | undefined,
  podName: string | undefined,
): CheckedVolumes => {
  const sound = new Map<string, Volume>()
  const made = (name: string): string => `${podName ?? ''}-${name}`
  const claims = new Set((volumes ?? []).flatMap(({ name, ephemeral }) => (ephemeral ? [made(name)] : [])))
  const errors = each(path, volumes, (volume, at) => {
    const { name, persistentVolumeClaim: claim } = volume
    const broken = [
      ...chosenSourceErrors(at, volume, inOrder, toldAs),
      ...imageErrors(at, volume, podName !== undefined),
      ...iscsiLengthErrors(at, volume),
      ...claimNameErrors(at, volume, podName ?? ''),
      ...presentAnd(`${at}.name`, name, isDns1123Label),
      ...(sound.has(name) ? [duplicate(`${at}.name`, name)] : []),
    ]
    if (broken.length === 0) sound.set(name, volume)
    const stolen = Boolean(podName) && claim !== undefined && claims.has(claim.claimName)
    const told = 'must not reference a PVC that gets created for an ephemeral volume'
    return stolen ? [...broken, invalid(`${at}.persistentVolumeClaim.claimName`, claim.claimName, told)] : broken
  })
  return { errors, sound }
}
