import type { Either } from '@periplus/prelude'
import { systemClock } from '@periplus/prelude'
import { statusOf } from '@periplus/api'
import type { KubernetesObject, Refusal, Status } from '@periplus/api'
import { httpsWebhooks } from '@periplus/webhooks'
import { startWebhookServer } from '@periplus/webhooks/contract'
import type { Behaviour, WebhookServer } from '@periplus/webhooks/contract'
import { builtInAdmission } from '../src/index.ts'
import type { Outcome } from '../src/index.ts'
import { kindOf, object, ok, refusal, world } from './world.ts'
import type { World, WorldOptions } from './world.ts'

/** The `request` of an AdmissionReview, as tests look at it. */
export interface ReviewRequest {
  readonly uid: string
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string }
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string }
  readonly requestKind: unknown
  readonly subResource?: string
  readonly name: string
  readonly namespace?: string
  readonly operation: string
  readonly userInfo: unknown
  readonly object: {
    readonly metadata: { readonly name: string; readonly labels?: Record<string, string> }
    readonly data?: Record<string, string>
  } | null
  readonly oldObject: unknown
  readonly dryRun: boolean
  readonly options: unknown
}

/** What a webhook says to a request: the response but for its uid, or what it does with the connection. */
export type Says = (
  request: ReviewRequest,
  ...rest: Parameters<Behaviour> extends [unknown, ...infer R] ? R : never
) => unknown

export const patchOf = (...operations: readonly unknown[]) => ({
  allowed: true,
  patchType: 'JSONPatch',
  patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
})

/** A webhook that keeps what it was asked. */
export interface Hook extends WebhookServer {
  readonly requests: readonly ReviewRequest[]
}

export const webhook = async (says: Says): Promise<Hook> => {
  const requests: ReviewRequest[] = []
  const server = await startWebhookServer(async (question, ...rest) => {
    const { request, apiVersion } = question as { readonly request: ReviewRequest; readonly apiVersion: string }
    requests.push(request)
    const response: unknown = await says(request, ...rest)
    if (typeof response !== 'object' || response === null) return undefined
    return { kind: 'AdmissionReview', apiVersion, response: { uid: request.uid, ...response } }
  })
  return { ...server, requests }
}

export interface WebhookWorld extends World {
  /** Creates an object, and lets the cut see it. */
  make(group: string, resource: string, fields: object): Promise<Outcome>
  create(name: string, more?: object): Promise<Either<Refusal, Outcome>>
}

export const rule = (more: object = {}) => ({
  operations: ['*'],
  apiGroups: [''],
  apiVersions: ['v1'],
  resources: ['configmaps'],
  ...more,
})

/** A world that asks webhooks over HTTPS, with the namespace `default`. */
export const webhookWorld = async (options: WorldOptions = {}): Promise<WebhookWorld & { close(): void }> => {
  const client = httpsWebhooks({ resolve: () => ({ _tag: 'Left', left: 'no services' }), clock: systemClock })
  const it = world({ admission: builtInAdmission, webhooks: { client }, ...options })
  const make: WebhookWorld['make'] = async (group, resource, fields) => {
    const done = ok(await it.run({ verb: 'create', kind: kindOf(group, resource), object: object(fields) }))
    it.catchUp()
    return done
  }
  await make('', 'namespaces', { metadata: { name: 'default', labels: { kubernetes: 'no' } } })
  await make('', 'serviceaccounts', { metadata: { name: 'default', namespace: 'default' } })
  return {
    ...it,
    make,
    create: (name, more = {}) =>
      it.run({
        verb: 'create',
        kind: kindOf('', 'configmaps'),
        object: object({ metadata: { name, namespace: 'default' }, data: { a: '1' }, ...more }),
      }),
    close: () => client.close(),
  }
}

/** A configuration's webhook at a server. */
export const at = (server: WebhookServer, more: object = {}) => ({
  name: 'hook.example.com',
  clientConfig: server.address(),
  rules: [rule()],
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  ...more,
})

export const statusOfRefused = (result: Either<Refusal, Outcome>): Status => statusOf(refusal(result))

export const dataOf = ({ object: made }: { readonly object: KubernetesObject }): unknown =>
  (made as { readonly data?: unknown }).data
