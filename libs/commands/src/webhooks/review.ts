import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { toJson } from '@periplus/api'
import type { Kind, Refusal, StatusDetails } from '@periplus/api'
import type { AdmissionRequest } from '../admission/request.ts'
import { asJson } from '../candidate/json.ts'
import type { WebhookVerdict } from './webhook-admission.ts'

const reviewVersions = ['v1', 'v1beta1'] as const
type ReviewVersion = (typeof reviewVersions)[number]

/** The first of a webhook's versions that there is. */
export const reviewVersionOf = (accepted: readonly string[]): ReviewVersion | undefined =>
  accepted.flatMap(asked => reviewVersions.find(known => known === asked) ?? [])[0]

const resourceOf = ({ group, version, resource }: Kind) => ({ group, version, resource })

/**
 * The `request` of an AdmissionReview but for its uid, as JSON: `invoked` is the version that the webhook asks for, in whose form
 * the request's objects are by now, `asked` the request as it came.
 */
export const reviewRequest = (invoked: AdmissionRequest, asked: AdmissionRequest): string => {
  const { requester } = asked
  return toJson({
    kind: invoked.objectKind,
    resource: resourceOf(invoked.kind),
    ...(asked.subresource === '' ? {} : { subResource: asked.subresource }),
    requestKind: asked.objectKind,
    requestResource: resourceOf(asked.kind),
    ...(asked.subresource === '' ? {} : { requestSubResource: asked.subresource }),
    ...(asked.name === '' ? {} : { name: asked.name }),
    ...(asked.namespace === '' ? {} : { namespace: asked.namespace }),
    operation: asked.operation,
    userInfo: {
      username: requester.username,
      ...(requester.uid === '' ? {} : { uid: requester.uid }),
      groups: requester.groups,
      ...(Object.keys(requester.extra).length === 0 ? {} : { extra: requester.extra }),
    },
    object: invoked.object ?? null,
    oldObject: invoked.oldObject ?? null,
    dryRun: asked.dryRun,
    options: asked.options ?? null,
  })
}

/** The whole question, in pieces of which the large one is shared by all webhooks that are asked in one version. */
export const reviewBody = (version: ReviewVersion, uid: string, request: Uint8Array): readonly Uint8Array[] => {
  const head = `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/${version}","request":{"uid":${JSON.stringify(uid)},`
  // The request is an object of its own: what opens it is in the head.
  return [Buffer.from(head), request.subarray(1), Buffer.from('}')]
}

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []

const textMapOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(asJson(value)).filter((one): one is [string, string] => typeof one[1] === 'string'))

/** For people: words as they are. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : (toJson(value) ?? ''))

const patchFault = (mutating: boolean, version: ReviewVersion, patch: string, type: unknown): string | undefined => {
  const hasType = type !== undefined && type !== null
  if (!mutating && patch !== '') return 'validating webhook may not return response.patch'
  if (!mutating && hasType) return 'validating webhook may not return response.patchType'
  if (version === 'v1beta1') return undefined
  if (patch !== '' && !hasType) return 'webhook returned response.patch but not response.patchType'
  if (patch === '' && hasType) return 'webhook returned response.patchType but not response.patch'
  if (hasType && type !== 'JSONPatch') return `unsupported patch type ${toJson(type)}`
  return undefined
}

/** What a webhook's answer says; left: why it says nothing. */
export const verdictOf = (
  answer: unknown,
  uid: string,
  version: ReviewVersion,
  mutating: boolean,
): Either<string, Exclude<WebhookVerdict, { readonly tag: 'Failed' }>> => {
  const { kind, apiVersion, response } = asJson(answer)
  if (typeof response !== 'object' || response === null) return E.left('webhook response was absent')
  const { uid: answered, allowed, status, patch, patchType, warnings, auditAnnotations } = asJson(response)
  if (version === 'v1' && answered !== uid)
    return E.left(`expected response.uid=${JSON.stringify(uid)}, got ${toJson(answered ?? '')}`)
  if (version === 'v1' && (kind !== 'AdmissionReview' || apiVersion !== 'admission.k8s.io/v1'))
    return E.left(
      `expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${textOf(apiVersion)}, Kind=${textOf(kind)}`,
    )
  if (patch !== undefined && patch !== null && typeof patch !== 'string') return E.left('response.patch is no text')
  const fault = patchFault(mutating, version, patch ?? '', patchType)
  if (fault !== undefined) return E.left(fault)
  const told = { warnings: textsOf(warnings), annotations: textMapOf(auditAnnotations) }
  if (allowed !== true) return E.right({ tag: 'Denied', status, ...told })
  return E.right({
    tag: 'Allowed',
    ...(mutating && patch ? { patch: Buffer.from(patch, 'base64').toString() } : {}),
    ...told,
  })
}

const longestMessage = 10_000

const detailsOf = (value: unknown): StatusDetails | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const { name, group, kind, uid, causes, retryAfterSeconds } = asJson(value)
  const text = (key: string, given: unknown) => (typeof given === 'string' ? { [key]: given } : {})
  return {
    ...{ ...text('name', name), ...text('group', group), ...text('kind', kind), ...text('uid', uid) },
    ...(Array.isArray(causes) ? { causes: causes.slice(0, 100).map(textMapOf) } : {}),
    ...(typeof retryAfterSeconds === 'number' ? { retryAfterSeconds } : {}),
  }
}

/** A webhook's no, with what it says of it. */
export const deniedBy = (webhook: string, status: unknown): Refusal => {
  const { code, reason, message, details } = asJson(status)
  const given = typeof code === 'number' && Number.isInteger(code) ? code : 0
  const words = `admission webhook ${JSON.stringify(webhook)} denied the request`
  const [why] = [message, reason].filter((one): one is string => typeof one === 'string' && one !== '')
  const about = detailsOf(details)
  return {
    tag: 'DeniedByAdmission',
    code: given < 400 ? 400 : Math.min(given, 599),
    ...(typeof reason === 'string' && reason !== '' ? { reason: reason.slice(0, longestMessage) } : {}),
    message: (why === undefined ? `${words} without explanation` : `${words}: ${why}`).slice(0, longestMessage),
    ...(about === undefined ? {} : { details: about }),
  }
}
