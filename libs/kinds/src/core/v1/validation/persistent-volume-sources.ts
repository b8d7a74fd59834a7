import { fieldError, isDns1123Label, isDns1123Subdomain } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { obeys, present, presentAnd } from '../../../validation/values.ts'
import type { PersistentVolumeSpec } from '../persistent-volume/spec.ts'
import type { SecretReference } from '../references.ts'
import { noBackstepsErrors } from './paths.ts'
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

const { invalid, required } = fieldError

type Sources = Omit<
  PersistentVolumeSpec,
  | 'accessModes'
  | 'capacity'
  | 'claimRef'
  | 'mountOptions'
  | 'nodeAffinity'
  | 'persistentVolumeReclaimPolicy'
  | 'storageClassName'
  | 'volumeAttributesClassName'
  | 'volumeMode'
>
type Rules = { readonly [N in keyof Sources]-?: SourceRule<NonNullable<Sources[N]>> }

const secretErrors = (path: FieldPath, secret: SecretReference | undefined): readonly FieldError[] =>
  secret
    ? [
        ...presentAnd(`${path}.name`, secret.name, isDns1123Subdomain),
        ...presentAnd(`${path}.namespace`, secret.namespace, isDns1123Label),
      ]
    : []

const namedSecretErrors = (path: FieldPath, secret: SecretReference | undefined): readonly FieldError[] =>
  secret ? [...present(`${path}.name`, secret.name), ...present(`${path}.namespace`, secret.namespace)] : []

/** In the order in which Kubernetes looks at them: only the first that is there is looked into. */
const rules: Rules = {
  hostPath: hostPathErrors,
  gcePersistentDisk: diskErrors('pdName'),
  awsElasticBlockStore: diskErrors('volumeID'),
  glusterfs: (path, { endpoints, endpointsNamespace: namespace, path: file }) => [
    ...present(`${path}.endpoints`, endpoints),
    ...present(`${path}.path`, file),
    ...(namespace === ''
      ? [
          invalid(
            `${path}.endpointsNamespace`,
            '',
            'if the endpointnamespace is set, it must be a valid namespace name',
          ),
        ]
      : obeys(`${path}.endpointsNamespace`, namespace, isDns1123Label)),
  ],
  flocker: flockerErrors,
  nfs: nfsErrors,
  rbd: needs('monitors', 'image'),
  quobyte: quobyteErrors,
  cephfs: needs('monitors'),
  iscsi: (path, iscsi) => [
    ...iscsiErrors('must be valid format')(path, iscsi),
    ...(iscsi.secretRef ? present(`${path}.secretRef.name`, iscsi.secretRef.name) : []),
  ],
  cinder: (path, { volumeID, secretRef }) => [
    ...present(`${path}.volumeID`, volumeID),
    ...namedSecretErrors(`${path}.secretRef`, secretRef),
  ],
  fc: fcErrors,
  flexVolume: flexErrors,
  azureFile: (path, { secretName, shareName, secretNamespace }) => [
    ...present(`${path}.secretName`, secretName),
    ...present(`${path}.shareName`, shareName),
    ...(secretNamespace === '' ? [required(`${path}.secretNamespace`)] : []),
  ],
  vsphereVolume: needs('volumePath'),
  photonPersistentDisk: needs('pdID'),
  portworxVolume: needs('volumeID'),
  azureDisk: azureDiskErrors,
  scaleIO: needs('gateway', 'system', 'volumeName'),
  local: (path, { path: file }) => (file ? noBackstepsErrors(`${path}.path`, file) : [required(`${path}.path`)]),
  storageos: (path, storageos) => [
    ...storageosErrors(path, storageos),
    ...(storageos.secretRef ? present(`${path}.secretRef.namespace`, storageos.secretRef.namespace) : []),
  ],
  csi: (path, csi) => [
    ...csiDriverNameErrors(`${path}.driver`, csi.driver),
    ...present(`${path}.volumeHandle`, csi.volumeHandle),
    ...(
      [
        'controllerPublishSecretRef',
        'controllerExpandSecretRef',
        'nodePublishSecretRef',
        'nodeExpandSecretRef',
      ] as const
    ).flatMap(name => secretErrors(`${path}.${name}`, csi[name])),
  ],
}
const inOrder = Object.entries(rules) as unknown as readonly (readonly [
  keyof PersistentVolumeSpec & string,
  SourceRule<never>,
])[]

/** What is wrong with where a persistent volume's data is. */
export const persistentVolumeSourceErrors = (path: FieldPath, spec: PersistentVolumeSpec): readonly FieldError[] =>
  chosenSourceErrors(path, spec, inOrder, { cephfs: 'cephFS' }, 'flexVolume')
