import { randomUUID } from 'node:crypto'
import { E, seededRandom } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import { groupVersion, gvkOf, parseGroupVersion } from '@periplus/api'
import type { Kind, KubernetesObject, ObjectRef, Refusal } from '@periplus/api'
import type { KindsAt } from '@periplus/custom'
import type { LiveCut } from '@periplus/projection'
import type { AdmissionRequest } from '../admission/request.ts'
import type { Requester } from '../requester.ts'
import type { StageContext } from '../stages/stage.ts'
import { validateByPolicies } from '../policies/validating.ts'
import type { AuthorizeRequester } from '../policies/input.ts'
import { mutatingHooks } from './hooks.ts'
import { askTogether, validateByWebhooks } from './validating.ts'
import { versionsBy } from './in-version.ts'
import type { WebhookAdmission, Webhooks, WebhookSession } from './webhook-admission.ts'

/** A connection that somebody wants to an object: `exec`, `attach`, `portforward`, `proxy`. */
export interface Connection {
  readonly kind: Kind
  readonly ref: ObjectRef
  readonly subresource: string
  /** `PodExecOptions` and the like, with their kind. */
  readonly options: KubernetesObject
  readonly requester: Requester
}

/** Whether a connection may be; right: what whoever asks for it is told. */
export type AdmitConnection = (connection: Connection) => Promise<Either<Refusal, readonly string[]>>

/** What the admission of connections works with. */
export interface ConnectionAdmissionOptions {
  readonly cut: LiveCut
  readonly kindsAt: KindsAt
  readonly clock: Clock
  readonly webhooks: WebhookAdmission
  /** For policies that ask who may do what; absent: nobody knows. */
  readonly authorize?: AuthorizeRequester
}

/** As long as Kubernetes gives a request, unless it is a watch. */
const requestMilliseconds = 60_000

const requestOf = ({ kind, ref, subresource, options, requester }: Connection): AdmissionRequest => ({
  kind,
  subresource,
  objectKind: { ...(parseGroupVersion(options.apiVersion ?? '') ?? gvkOf(kind)), kind: options.kind ?? '' },
  operation: 'CONNECT',
  namespace: ref.namespace,
  name: ref.name,
  object: options,
  oldObject: undefined,
  options: undefined,
  dryRun: false,
  requester,
})

/** Asks the validating policies and the webhooks that ask for connections. Those that would change one are refused: its options are what the client said. */
export const connectionAdmission =
  ({ cut, kindsAt, clock, webhooks: how, authorize }: ConnectionAdmissionOptions): AdmitConnection =>
  async connection => {
    const session: WebhookSession = {
      answers: new Map(),
      conversions: new Map(),
      askedAt: undefined,
      mayAsk: true,
      deadline: clock.now() + requestMilliseconds,
    }
    const webhooks: Webhooks = { ...how, clock, newId: randomUUID, session }
    const context: StageContext = {
      cut,
      origin: { actor: `user:${connection.requester.username}`, component: 'apiserver', causes: [], correlationId: '' },
      now: clock.now(),
      random: seededRandom(0),
      newId: randomUUID,
      known: ref => ({ sequence: cut.lastSequence(ref), object: cut.entry(ref)?.object() }),
      reached: () => Promise.resolve(false),
      kinds: () => kindsAt(cut),
      plugins: [],
      webhooks,
      requester: connection.requester,
      ...(authorize ? { authorize } : {}),
      inVersion: versionsBy(undefined, session, clock),
    }
    const request = requestOf(connection)
    const mutating = await askTogether(mutatingHooks(cut), true, request, webhooks, context)
    if (E.isLeft(mutating)) return E.left(mutating.left.refusal)
    if (mutating.right.some(({ patch }) => patch !== undefined && patch.trim() !== '[]'))
      return E.left({
        tag: 'InternalError',
        message: `an admission webhook attempted to modify ${connection.options.kind} in ${groupVersion(connection.kind)}, which is not supported for this operation`,
      })
    const judged = await validateByPolicies(request, context)
    if (E.isLeft(judged)) return E.left(judged.left.refusal)
    const validating = await validateByWebhooks(request, webhooks, context)
    if (E.isLeft(validating)) return E.left(validating.left.refusal)
    return E.right([...mutating.right, judged.right, ...validating.right].flatMap(({ warnings }) => warnings))
  }
