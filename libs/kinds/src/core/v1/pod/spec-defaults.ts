import type { Container } from '../container.ts'
import type { Volume } from '../volumes.ts'
import type { PodSpec } from './spec.ts'
import type { PodTemplateSpec } from './template.ts'

/** What Docker takes for a name of an image; of anything else Kubernetes finds no tag. */
const isImageName = (image: string): boolean => {
  const [, name = ''] =
    /^(.*?)(:[\w][\w.-]{0,127})?(@[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$/.exec(image) ??
    []
  const [first = '', ...rest] = name.split('/')
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase())
  const path = hasHost ? rest : [first, ...rest]
  return (!hasHost || hostName.test(first)) && path.every(part => pathPart.test(part)) && path.join('/').length <= 255
}

const hostName = /^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*(:[0-9]+)?$/
const pathPart = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/

/** An image without a tag or digest means `latest`, which moves: it is pulled each time. */
const pullPolicyOf = (image: string): string => {
  if (!isImageName(image)) return 'IfNotPresent'
  const withoutDigest = image.split('@')[0] ?? image
  const tag = /:([\w][\w.-]*)$/.exec(withoutDigest)?.[1]
  if (tag === undefined) return image.includes('@') ? 'IfNotPresent' : 'Always'
  return tag === 'latest' ? 'Always' : 'IfNotPresent'
}

const containerDefaults = <C extends Container>(container: C): C =>
  container.imagePullPolicy ? container : { ...container, imagePullPolicy: pullPolicyOf(container.image ?? '') }

/** A volume that names no source is an empty directory. */
const volumeDefaults = (volume: Volume): Volume => {
  const { image } = volume
  if (image && !image.pullPolicy)
    return { ...volume, image: { ...image, pullPolicy: pullPolicyOf(image.reference ?? '') } }
  return Object.keys(volume).some(key => key !== 'name') ? volume : { ...volume, emptyDir: {} }
}

/** Defaults of a pod's spec that depend on other fields; the same in pods and in templates. */
export const podSpecDefaults = (spec: PodSpec): PodSpec => {
  const account = spec.serviceAccountName ? spec.serviceAccountName : spec.serviceAccount
  return {
    ...spec,
    containers: (spec.containers ?? []).map(containerDefaults),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(containerDefaults) }),
    ...(spec.ephemeralContainers && { ephemeralContainers: spec.ephemeralContainers.map(containerDefaults) }),
    ...(spec.volumes && { volumes: spec.volumes.map(volumeDefaults) }),
    // The old name of the field is kept equal to the new one.
    ...(account && { serviceAccountName: account, serviceAccount: account }),
  }
}

/** Defaults of a template; without a spec it is left to validation. */
export const podTemplateDefaults = (template: PodTemplateSpec): PodTemplateSpec =>
  template?.spec ? { ...template, spec: podSpecDefaults(template.spec) } : template
