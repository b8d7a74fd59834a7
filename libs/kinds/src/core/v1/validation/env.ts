import {
  fieldError,
  isConfigMapKey,
  isDns1123Label,
  isDns1123Subdomain,
  isEnvVarName,
  maskTrailingHyphen,
} from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, obeys, presentAnd } from '../../../validation/values.ts'
import type { Container } from '../container.ts'
import type { EnvFromSource, EnvVar, EnvVarSource, FileKeySelector } from '../env.ts'
import type { PodSpec } from '../pod/spec.ts'
import { envFields, fieldRefErrors, resourceFieldErrors } from './field-refs.ts'
import { noBackstepsErrors } from './paths.ts'

const { invalid, notFound, required } = fieldError

/** A key of a ConfigMap or Secret. */
const keyRefErrors = (
  path: FieldPath,
  ref: { readonly name?: string; readonly key: string } | undefined,
): readonly FieldError[] => {
  if (!ref) return []
  const { name = '' } = ref
  return [
    ...isDns1123Subdomain(name).map(complaint => invalid(`${path}.name`, name, complaint)),
    ...presentAnd(`${path}.key`, ref.key, isConfigMapKey),
  ]
}

/** A variable in a file of a volume. */
const fileKeyErrors = (path: FieldPath, ref: FileKeySelector | undefined): readonly FieldError[] =>
  ref
    ? [
        ...presentAnd(`${path}.key`, ref.key, isEnvVarName),
        ...presentAnd(`${path}.volumeName`, ref.volumeName, isDns1123Label),
        ...(ref.path ? noBackstepsErrors(`${path}.path`, ref.path) : [required(`${path}.path`)]),
      ]
    : []

const noSource =
  'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'

const sourceErrors = (path: FieldPath, source: EnvVarSource, value: string | undefined): readonly FieldError[] => {
  const { fieldRef, resourceFieldRef } = source
  const chosen = Object.values(source).filter(one => one !== undefined).length
  const count =
    chosen === 0
      ? noSource
      : value
        ? 'may not be specified when `value` is not empty'
        : chosen > 1
          ? 'may not have more than one field specified at a time'
          : undefined
  return [
    ...(fieldRef ? fieldRefErrors(`${path}.fieldRef`, fieldRef, envFields) : []),
    ...(resourceFieldRef ? resourceFieldErrors(`${path}.resourceFieldRef`, resourceFieldRef, false) : []),
    ...keyRefErrors(`${path}.configMapKeyRef`, source.configMapKeyRef),
    ...keyRefErrors(`${path}.secretKeyRef`, source.secretKeyRef),
    ...fileKeyErrors(`${path}.fileKeyRef`, source.fileKeyRef),
    ...(count === undefined ? [] : [invalid(path, '', count)]),
  ]
}

export const envErrors = (path: FieldPath, env: readonly EnvVar[] | undefined): readonly FieldError[] =>
  each(path, env, ({ name, value, valueFrom }, at) => [
    ...presentAnd(`${at}.name`, name, isEnvVarName),
    ...(valueFrom ? sourceErrors(`${at}.valueFrom`, valueFrom, value) : []),
  ])

/** Kubernetes takes the names of what a whole environment comes from as if they were completed later. */
const isNameOfSource = (name: string): readonly string[] => isDns1123Subdomain(maskTrailingHyphen(name))

/** Kubernetes tells at the list how many sources an element has. */
export const envFromErrors = (path: FieldPath, sources: readonly EnvFromSource[] | undefined): readonly FieldError[] =>
  each(path, sources, ({ prefix, configMapRef, secretRef }, at) => [
    ...obeys(`${at}.prefix`, prefix, isEnvVarName),
    ...(configMapRef ? presentAnd(`${at}.configMapRef.name`, configMapRef.name, isNameOfSource) : []),
    ...(secretRef ? presentAnd(`${at}.secretRef.name`, secretRef.name, isNameOfSource) : []),
    ...(configMapRef && secretRef ? [invalid(path, '', 'may not have more than one field specified at a time')] : []),
    ...(configMapRef || secretRef ? [] : [invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`')]),
  ])

/** A variable's file is in a directory that the pod's own containers fill. */
export const fileKeyVolumeErrors = (path: FieldPath, spec: PodSpec): readonly FieldError[] => {
  const volumes = new Map((spec.volumes ?? []).map(volume => [volume.name, volume]))
  const lists = { initContainers: spec.initContainers, containers: spec.containers }
  return Object.entries({ ...lists, ephemeralContainers: spec.ephemeralContainers }).flatMap(([name, containers]) =>
    each(`${path}.${name}`, containers as readonly Container[] | undefined, ({ env }, at) =>
      each(`${at}.env`, env, ({ valueFrom }, one) => {
        const wanted = valueFrom?.fileKeyRef?.volumeName
        if (wanted === undefined) return []
        const field = `${one}.valueFrom.fileKeyRef.volumeName`
        const volume = volumes.get(wanted)
        if (!volume) return [notFound(field, wanted)]
        return volume.emptyDir ? [] : [invalid(field, wanted, 'referenced volume must be of type emptyDir')]
      }),
    ),
  )
}
