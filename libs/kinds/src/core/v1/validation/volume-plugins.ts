import { fieldError, isDns1123Label, isDns1123Subdomain } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { obeys, oneOf, present, presentAnd } from '../../../validation/values.ts'
import type { HostPathVolumeSource, NFSVolumeSource } from '../volumes.ts'
import type {
  AzureDiskVolumeSource,
  FCVolumeSource,
  FlockerVolumeSource,
  QuobyteVolumeSource,
} from '../volume-plugins.ts'
import { noBackstepsErrors } from './paths.ts'

const { invalid, notSupported, required, tooLong } = fieldError

/** What is wrong with a source of one type at `path`. */
export type SourceRule<S> = (path: FieldPath, source: S) => readonly FieldError[]

/** Fields that can't be empty, told in this order. */
export const needs =
  <S extends object>(...names: readonly (keyof S & string)[]): SourceRule<S> =>
  (path, source) =>
    names.flatMap(name => (isEmpty(source[name]) ? [required(`${path}.${name}`)] : []))

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

/** A disk that is known by the field `name`; its partition 0 is the whole disk. */
export const diskErrors =
  <N extends string>(name: N): SourceRule<{ readonly [K in N]: string } & { readonly partition?: number }> =>
  (path, disk) => {
    const { partition = 0 } = disk
    return [
      ...present(`${path}.${name}`, disk[name]),
      ...(partition < 0 || partition > 255
        ? [invalid(`${path}.partition`, partition, 'must be between 1 and 255, inclusive')]
        : []),
    ]
  }

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
]

export const hostPathErrors: SourceRule<HostPathVolumeSource> = (path, source) =>
  source.path
    ? [...noBackstepsErrors(`${path}.path`, source.path), ...oneOf(`${path}.type`, source.type, hostPathTypes)]
    : [required(`${path}.path`)]

export const nfsErrors: SourceRule<NFSVolumeSource> = (path, nfs) => [
  ...needs<NFSVolumeSource>('server', 'path')(path, nfs),
  ...(nfs.path.startsWith('/') ? [] : [invalid(`${path}.path`, nfs.path, 'must be an absolute path')]),
]

/** The name of a CSI driver, as drivers and those that name them have it. */
export const csiDriverNameErrors = (path: FieldPath, name: string): readonly FieldError[] =>
  name === ''
    ? [required(path)]
    : [
        ...(name.length > 63 ? [tooLong(path, 63)] : []),
        ...isDns1123Subdomain(name.toLowerCase()).map(complaint => invalid(path, name, complaint)),
      ]

export const flexErrors: SourceRule<{
  readonly driver: string
  readonly options?: Readonly<Record<string, string>>
}> = (path, { driver, options }) => [
  ...present(`${path}.driver`, driver),
  ...Object.keys(options ?? {}).flatMap(key =>
    /\.(kubernetes|k8s)\.io$/.test(`.${(key.split('/', 2)[0] ?? '').toLowerCase()}`)
      ? [invalid(`${path}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved')]
      : [],
  ),
]

export const flockerErrors: SourceRule<FlockerVolumeSource> = (path, { datasetName = '', datasetUUID = '' }) => [
  ...(datasetName === '' && datasetUUID === ''
    ? [required(path, 'one of datasetName and datasetUUID is required')]
    : []),
  ...(datasetName !== '' && datasetUUID !== ''
    ? [invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously')]
    : []),
  ...(datasetName.includes('/') ? [invalid(`${path}.datasetName`, datasetName, "must not contain '/'")] : []),
]

export const fcErrors: SourceRule<FCVolumeSource> = (path, { targetWWNs = [], wwids = [], lun }) => [
  ...(targetWWNs.length === 0 && wwids.length === 0
    ? [required(`${path}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both')]
    : []),
  ...(targetWWNs.length > 0 && wwids.length > 0
    ? [invalid(`${path}.targetWWNs`, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously')]
    : []),
  ...(targetWWNs.length === 0
    ? []
    : lun === undefined
      ? [required(`${path}.lun`, 'lun is required if targetWWNs is specified')]
      : lunErrors(path, lun)),
]

const lunErrors = (path: FieldPath, lun: number): readonly FieldError[] =>
  lun < 0 || lun > 255 ? [invalid(`${path}.lun`, lun, 'must be between 0 and 255, inclusive')] : []

const registryText = 'must be a host:port pair or multiple pairs separated by commas'

export const quobyteErrors: SourceRule<QuobyteVolumeSource> = (path, { registry, tenant = '', volume }) => [
  ...(registry === ''
    ? [required(`${path}.registry`, registryText)]
    : tenant.length >= 65
      ? [required(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters')]
      : registry
          .split(',')
          .flatMap(pair => (isHostPort(pair) ? [] : [invalid(`${path}.registry`, registry, registryText)]))),
  ...present(`${path}.volume`, volume),
]

const isHostPort = (pair: string): boolean => /^(\[[^[\]]*\]|[^:[\]]*):[^:[\]]*$/.test(pair)

export const azureDiskErrors: SourceRule<AzureDiskVolumeSource> = (path, { diskName, diskURI, cachingMode, kind }) => [
  ...present(`${path}.diskName`, diskName),
  ...present(`${path}.diskURI`, diskURI),
  ...oneOf(`${path}.cachingMode`, cachingMode, ['None', 'ReadOnly', 'ReadWrite']),
  ...oneOf(`${path}.kind`, kind, ['Dedicated', 'Managed', 'Shared']),
  ...(kind === 'Managed' && !diskURI.startsWith('/subscriptions/')
    ? [notSupported(`${path}.diskURI`, diskURI, [managedDisk])]
    : []),
  ...(kind !== undefined && kind !== 'Managed' && !diskURI.startsWith('https://')
    ? [notSupported(`${path}.diskURI`, diskURI, [blobDisk])]
    : []),
]

const managedDisk = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'
const blobDisk = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'

interface ISCSI {
  readonly targetPortal: string
  readonly iqn: string
  readonly lun: number
  readonly chapAuthDiscovery?: boolean
  readonly chapAuthSession?: boolean
  readonly secretRef?: object
  readonly initiatorName?: string
}

const iscsiName = /^iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+:[^,;*&$|\s]+$|^eui.[A-Za-z0-9]{16}$|^naa.[A-Za-z0-9]{32}$/

/** `prefixText`: what is said of a name that begins with none of the three prefixes. */
export const iscsiErrors =
  (prefixText: string): SourceRule<ISCSI> =>
  (path, iscsi) => [
    ...present(`${path}.targetPortal`, iscsi.targetPortal),
    ...(iscsi.iqn ? iscsiNameErrors(`${path}.iqn`, iscsi.iqn, prefixText) : [required(`${path}.iqn`)]),
    ...lunErrors(path, iscsi.lun),
    ...((iscsi.chapAuthDiscovery || iscsi.chapAuthSession) && !iscsi.secretRef ? [required(`${path}.secretRef`)] : []),
    ...(iscsi.initiatorName === undefined
      ? []
      : iscsiNameErrors(`${path}.initiatorname`, iscsi.initiatorName, prefixText)),
  ]

const iscsiNameErrors = (path: FieldPath, name: string, prefixText: string): readonly FieldError[] => {
  if (!/^(iqn|eui|naa)/.test(name)) return [invalid(path, name, prefixText)]
  return iscsiName.test(name) ? [] : [invalid(path, name, 'must be valid format')]
}

export const storageosErrors: SourceRule<{
  readonly volumeName?: string
  readonly volumeNamespace?: string
  readonly secretRef?: { readonly name?: string }
}> = (path, { volumeName, volumeNamespace, secretRef }) => [
  ...presentAnd(`${path}.volumeName`, volumeName, isDns1123Label),
  ...obeys(`${path}.volumeNamespace`, volumeNamespace, isDns1123Label),
  ...(secretRef ? present(`${path}.secretRef.name`, secretRef.name) : []),
]

/** `may not specify more than 1 volume type` at every type after the first, and what is wrong with the first. */
export const chosenSourceErrors = <V extends object>(
  path: FieldPath,
  volume: V,
  rules: readonly (readonly [name: keyof V & string, rule: SourceRule<never>])[],
  /** Where Kubernetes tells of a type under another name than the field's. */
  told: Readonly<Record<string, string>> = {},
  /** One that Kubernetes takes beside others. */
  besides?: string,
): readonly FieldError[] => {
  const given = rules.filter(([name]) => volume[name] !== undefined)
  if (given.length === 0) return [required(path, 'must specify a volume type')]
  return given.flatMap(([name, rule], position) =>
    position === 0 || name === besides
      ? rule(`${path}.${name === 'gcePersistentDisk' ? 'persistentDisk' : name}`, volume[name] as never)
      : [fieldError.forbidden(`${path}.${told[name] ?? name}`, 'may not specify more than 1 volume type')],
  )
}
