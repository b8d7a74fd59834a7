import type { HostileRequest } from './draw.ts'
import type { Heard } from './sender.ts'

interface ShownStatus {
  readonly kind?: unknown
  readonly apiVersion?: unknown
  readonly status?: unknown
  readonly reason?: unknown
  readonly message?: unknown
  readonly code?: unknown
}

/** Kubernetes answers these with 500 as well. */
const bugsOfKubernetes = /failed to allocate a serviceIP: range is full/

/** Answered after a while, when the cluster has what was asked for. */
const later = new Set([429, 503, 504])
/** Codes for which Kubernetes has no reason either. */
const reasonless = new Set([501])

const whyNoStatus = (status: number, text: string): string | undefined => {
  let shown: ShownStatus
  try {
    shown = JSON.parse(text) as ShownStatus
  } catch {
    return 'is no JSON'
  }
  if (shown.kind !== 'Status' || shown.apiVersion !== 'v1' || shown.status !== 'Failure') return 'is no failed Status'
  if (shown.code !== status) return `has the code ${String(shown.code)}`
  if (typeof shown.message !== 'string' || shown.message === '') return 'says nothing'
  if ((typeof shown.reason !== 'string' || shown.reason === '') && !reasonless.has(status)) return 'has no reason'
  return undefined
}

/** Fields of a protobuf message have no names: its envelope tells what it is. */
const isProtobufStatus = (text: string): boolean => text.startsWith('k8s\0') && text.includes('Status')

/** Requests that are not read are answered by the HTTP server, as Go's does it. */
const unread = 431

const wrongRefusal = ({ status, text, type = '', whole = false }: Heard): string | undefined => {
  // What is cut off is not looked at.
  if (!whole || status === unread) return undefined
  if (type.includes('protobuf')) return isProtobufStatus(text) ? undefined : 'a refusal that is no Status'
  if (type.includes('yaml')) return /^kind: "?Status/m.test(text) ? undefined : 'a refusal that is no Status'
  if (!type.includes('json')) return `a refusal as ${type}`
  const why = whyNoStatus(status, text)
  return why && `a Status that ${why}`
}

const wrongSuccess = ({ text, type = '', whole = false }: Heard, method: string): string | undefined => {
  if (method === 'HEAD' || !whole || !type.includes('json') || type.includes('stream=watch')) return undefined
  try {
    JSON.parse(text)
    return undefined
  } catch {
    return 'JSON that is none'
  }
}

/** Paths that speak with nodes, not with the API: what a node says is passed on. */
const ofNodes = /\/(proxy|log|exec|attach|portforward)(\/|\?|$)/

/** What is wrong about an answer, whatever was asked; `undefined` where nothing is. */
export const wrongAbout = ({ method, target }: HostileRequest, heard: Heard): string | undefined => {
  const { status, retryAfter } = heard
  if (status === 500 && bugsOfKubernetes.test(heard.text)) return undefined
  if (status < 100 || status === 500 || status === 502 || status > 504) return 'a bug'
  if (retryAfter === '' && later.has(status)) return 'no Retry-After'
  if (status >= 400 && method !== 'HEAD' && !ofNodes.test(target)) return wrongRefusal(heard)
  return status < 300 ? wrongSuccess(heard, method) : undefined
}
