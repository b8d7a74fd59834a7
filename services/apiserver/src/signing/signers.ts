import type { CertificateSigningRequest } from '@periplus/kinds'
import { subjectOf } from '../security/admission/signing-request.ts'
import type { RequestedSubject } from '../security/admission/signing-request.ts'

/** The signer of nodes' client certificates, by Kubernetes' name. */
export const kubeletSigner = 'kubernetes.io/kube-apiserver-client-kubelet'

/** Why a signer signs no such request; `undefined` where it does. */
type Fault = (subject: RequestedSubject, usages: readonly string[]) => string | undefined

const nodeName = /^system:node:[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/

const organizationFault = ({ organizations }: RequestedSubject): string | undefined =>
  organizations.length === 1 && organizations[0] === 'system:nodes'
    ? undefined
    : 'subject organization is not system:nodes'

const nodeNameFault = ({ commonNames }: RequestedSubject): string | undefined =>
  commonNames.length === 1 && nodeName.test(commonNames[0] ?? '')
    ? undefined
    : 'subject common name does not begin with system:node:'

/** In the order in which Kubernetes looks for them. */
const notAllowed: readonly (readonly [kind: string, fault: string])[] = [
  ['dns', 'DNS subjectAltNames are not allowed'],
  ['email', 'Email subjectAltNames are not allowed'],
  ['ip', 'IP subjectAltNames are not allowed'],
  ['url', 'URI subjectAltNames are not allowed'],
]

const nameFault = ({ names }: RequestedSubject, ...allowed: readonly string[]): string | undefined => {
  const others = new Set([...names].filter(name => !allowed.includes(name)))
  if (others.size === 0) return undefined
  return notAllowed.find(([kind]) => others.has(kind))?.[1] ?? 'other subjectAltNames are not allowed'
}

const keyEncipherment = 'key encipherment'

/** Exactly these, with or without the encipherment of keys. `wanted`: in their order as text, as they are told. */
const usageFault = (usages: readonly string[], ...wanted: readonly string[]): string | undefined => {
  const asked = new Set(usages)
  const missing = wanted.some(usage => usage !== keyEncipherment && !asked.has(usage))
  return missing || usages.some(usage => !wanted.includes(usage))
    ? `usages did not match [${wanted.join(' ')}]`
    : undefined
}

const clientUsages: ReadonlySet<string> = new Set(['digital signature', keyEncipherment, 'client auth'])

/** The signers of Kubernetes that are the cluster's own. The legacy one is in no version that is served. */
const signers: Readonly<Record<string, Fault>> = {
  'kubernetes.io/kube-apiserver-client': (_, usages) => {
    const other = usages.find(usage => !clientUsages.has(usage))
    if (other !== undefined) return `invalid usage for client certificate: ${other}`
    return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth'
  },
  [kubeletSigner]: (subject, usages) =>
    organizationFault(subject) ??
    nameFault(subject) ??
    nodeNameFault(subject) ??
    usageFault(usages, 'client auth', 'digital signature', keyEncipherment),
  'kubernetes.io/kubelet-serving': (subject, usages) =>
    organizationFault(subject) ??
    (subject.names.has('dns') || subject.names.has('ip') ? undefined : 'DNS or IP subjectAltName is required') ??
    nameFault(subject, 'dns', 'ip') ??
    usageFault(usages, 'digital signature', keyEncipherment, 'server auth') ??
    nodeNameFault(subject),
}

/** Whether the cluster signs in this name. */
export const isOwnSigner = (name: string): boolean => Object.hasOwn(signers, name)

/** Why the request's signer, which is one of the cluster's own, signs no such request. */
export const requestFault = ({ spec }: CertificateSigningRequest): string | undefined => {
  const subject = subjectOf(spec.request)
  if (!subject) return 'unable to parse the certificate request'
  return signers[spec.signerName]?.(subject, spec.usages ?? [])
}

/** Whether a node asks for itself. */
export const isOfItself = ({ spec }: CertificateSigningRequest): boolean =>
  subjectOf(spec.request)?.commonNames[0] === spec.username
