import { annotationErrors, fieldError, isDns1123Subdomain, labelSelectorErrors } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, oneOf, present } from '../../../validation/values.ts'
import { signerNameErrors } from '../../../validation/signer-name.ts'
import type {
  ClusterTrustBundleProjection,
  PodCertificateProjection,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from '../projected-volume.ts'
import { volumeFilePathErrors } from './paths.ts'
import { fieldFileErrors, keyFileErrors, modeErrors } from './volume-files.ts'

const { forbidden, invalid, required } = fieldError

const longestTokenSeconds = 2 ** 32

const tokenErrors = (
  volume: FieldPath,
  path: FieldPath,
  { expirationSeconds: seconds = 3600, path: file }: ServiceAccountTokenProjection,
): readonly FieldError[] => [
  ...(seconds < 600
    ? [invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes')]
    : []),
  ...(seconds > longestTokenSeconds
    ? [invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds')]
    : []),
  // Kubernetes tells of the token's path at the volume.
  ...(file ? volumeFilePathErrors(`${volume}.path`, file) : [required(`${volume}.path`)]),
]

const bundleNameErrors = (path: FieldPath, name: string): readonly FieldError[] => {
  const end = name.lastIndexOf(':')
  const rule = isDns1123Subdomain(end < 0 ? name : name.slice(end + 1))
  return [
    ...present(path, name, 'must be a valid object name'),
    ...rule.map(complaint => invalid(path, name, `not a valid clustertrustbundlename: ${complaint}`)),
  ]
}

const bundleErrors = (path: FieldPath, bundle: ClusterTrustBundleProjection): readonly FieldError[] => {
  const { name, signerName, labelSelector, path: file } = bundle
  return [
    ...(name !== undefined && signerName !== undefined
      ? [invalid(path, bundle, 'only one of name and signerName may be used')]
      : name !== undefined
        ? [
            ...bundleNameErrors(`${path}.name`, name),
            ...(labelSelector
              ? [invalid(`${path}.labelSelector`, labelSelector, 'labelSelector must be unset if name is specified')]
              : []),
          ]
        : signerName !== undefined
          ? [
              ...present(`${path}.signerName`, signerName, 'must be a valid signer name'),
              ...signerNameErrors(`${path}.signerName`, signerName),
              ...labelSelectorErrors(labelSelector, `${path}.labelSelector`),
            ]
          : [required(path, 'either name or signerName must be specified')]),
    ...present(`${path}.path`, file),
    ...volumeFilePathErrors(`${path}.path`, file),
  ]
}

const keyTypes = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519']
const certificateFiles = ['credentialBundlePath', 'keyPath', 'certificateChainPath'] as const
const daySeconds = 24 * 60 * 60

const certificateErrors = (path: FieldPath, certificate: PodCertificateProjection): readonly FieldError[] => {
  const { signerName, keyType, maxExpirationSeconds: seconds, userAnnotations } = certificate
  const most = /^([^/]*\.)?kubernetes\.io\//.test(signerName) ? daySeconds : 91 * daySeconds
  const at = `${path}.maxExpirationSeconds`
  return [
    ...signerNameErrors(`${path}.signerName`, signerName),
    ...annotationErrors(userAnnotations, `${path}.userAnnotations`),
    ...oneOf(`${path}.keyType`, keyType, keyTypes),
    ...(seconds !== undefined && seconds < 3600
      ? [invalid(at, seconds, 'if provided, maxExpirationSeconds must be >= 3600')]
      : []),
    ...(seconds !== undefined && seconds > most
      ? [invalid(at, seconds, `if provided, maxExpirationSeconds must be <= ${most}`)]
      : []),
    ...certificateFiles.flatMap(file => volumeFilePathErrors(`${path}.${file}`, certificate[file])),
    ...(certificateFiles.some(file => certificate[file])
      ? []
      : [required(path, 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath')]),
  ]
}

const sourceErrors = (volume: FieldPath, path: FieldPath, source: VolumeProjection): readonly FieldError[] => {
  const { secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source
  return [
    ...(secret ? present(`${path}.secret.name`, secret.name) : []),
    ...keyFileErrors(`${path}.secret.items`, secret?.items),
    ...(configMap ? present(`${path}.configMap.name`, configMap.name) : []),
    ...keyFileErrors(`${path}.configMap.items`, configMap?.items),
    ...fieldFileErrors(`${path}.downwardAPI`, downwardAPI?.items),
    ...(serviceAccountToken ? tokenErrors(volume, `${path}.serviceAccountToken`, serviceAccountToken) : []),
    ...(clusterTrustBundle ? bundleErrors(`${path}.clusterTrustBundle`, clusterTrustBundle) : []),
    ...(podCertificate ? certificateErrors(`${path}.podCertificate`, podCertificate) : []),
    ...(Object.keys(source).length > 1 ? [forbidden(path, 'may not specify more than 1 volume type per source')] : []),
  ]
}

/** The files of a source, each with the value that Kubernetes shows where it was there before. */
const filesOf = (source: VolumeProjection): readonly (readonly [file: string | undefined, shown: string])[] => {
  const { secret, configMap, downwardAPI, clusterTrustBundle, podCertificate } = source
  const own = [...(downwardAPI?.items ?? []).map(({ path }) => path), clusterTrustBundle?.path]
  const certificate = certificateFiles.map(file => podCertificate?.[file])
  return [
    ...(secret?.items ?? []).map(({ path }) => [path, secret?.name ?? ''] as const),
    ...(configMap?.items ?? []).map(({ path }) => [path, configMap?.name ?? ''] as const),
    ...[...own, ...certificate].map(path => [path, path ?? ''] as const),
  ]
}

/** Two sources can't make the same file. */
const collisionErrors = (path: FieldPath, sources: readonly VolumeProjection[]): readonly FieldError[] => {
  const seen = new Set<string>()
  return sources.flatMap(filesOf).flatMap(([file, shown]) => {
    if (!file) return []
    if (seen.has(file)) return [invalid(path, shown, 'conflicting duplicate paths')]
    seen.add(file)
    return []
  })
}

export const projectedErrors = (
  path: FieldPath,
  { sources, defaultMode }: ProjectedVolumeSource,
): readonly FieldError[] => [
  ...modeErrors(`${path}.defaultMode`, defaultMode),
  ...each(`${path}.sources`, sources, (source, at) => sourceErrors(path, at, source)),
  ...collisionErrors(path, sources ?? []),
]
