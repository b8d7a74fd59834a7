import { fieldError, isDns1123Subdomain } from '@periplus/api'
import { sha256 } from '@periplus/prelude'

/** Bounds of what a plugin says, as Kubernetes has them. */
const [mostKeyIdBytes, mostCiphertextBytes, mostAnnotationBytes] = [1024, 1024, 32 * 1024]
const versions: readonly string[] = ['v2', 'v2beta1']

/** What may be told of a key id. */
export const keyIdHash = (keyId: string): string => (keyId === '' ? '' : `sha256:${sha256(keyId)}`)

export const keyIdFault = (keyId: string): string | undefined => {
  if (keyId === '') return 'keyID is empty'
  const { length } = Buffer.from(keyId)
  return length > mostKeyIdBytes
    ? `keyID is ${length} bytes, which exceeds the max size of ${mostKeyIdBytes}`
    : undefined
}

interface Status {
  readonly version: string
  readonly healthz: string
  readonly keyId: string
}

/** Why a plugin that answers is not to be used. */
export const statusFault = ({ version, healthz, keyId }: Status): string | undefined => {
  const fault = keyIdFault(keyId)
  const faults = [
    ...(healthz === 'ok' ? [] : [`got unexpected healthz status: ${healthz}`]),
    ...(versions.includes(version) ? [] : [`expected KMSv2 API version v2, got ${version}`]),
    ...(fault === undefined ? [] : [`got invalid KMSv2 KeyID hash ${JSON.stringify(keyIdHash(keyId))}: ${fault}`]),
  ]
  return faults.length > 1 ? `[${faults.join(', ')}]` : faults[0]
}

interface Wrapping {
  readonly ciphertext: Buffer
  readonly keyId: string
  readonly annotations: Readonly<Record<string, Buffer>>
}

/** What is wrong with what a plugin made of a key. */
export const wrappingFault = ({ ciphertext, keyId, annotations }: Wrapping): string | undefined => {
  if (ciphertext.length === 0) return 'failed to validate encrypted DEK source: encrypted DEK source is empty'
  if (ciphertext.length > mostCiphertextBytes)
    return `failed to validate encrypted DEK source: encrypted DEK source is ${ciphertext.length} bytes, which exceeds the max size of ${mostCiphertextBytes}`
  const fault = keyIdFault(keyId)
  return fault === undefined ? annotationsFault(annotations) : `failed to validate key id: ${fault}`
}

const annotationsFault = (annotations: Wrapping['annotations']): string | undefined => {
  const named = Object.entries(annotations)
  const total = named.reduce((sum, [name, value]) => sum + Buffer.from(name).length + value.length, 0)
  const [fault] = [
    ...named.flatMap(([name]) => nameFaults(name)),
    ...(total > mostAnnotationBytes
      ? [`total size of annotations is ${total}, which exceeds the max size of ${mostAnnotationBytes}`]
      : []),
  ]
  return fault && `failed to validate annotations: ${fault}`
}

const nameFaults = (name: string): readonly string[] => {
  const domain = name.replace(/\.$/, '')
  const complaints = domain.includes('.')
    ? isDns1123Subdomain(domain)
    : ['should be a domain with at least two segments separated by dots']
  return complaints.map(complaint => `annotations: ${fieldError.invalid('annotations', name, complaint).message}`)
}
