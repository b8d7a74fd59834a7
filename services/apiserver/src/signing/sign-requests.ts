import { formatTime } from '@periplus/api'
import type { Commands } from '@periplus/commands'
import type { Effect } from '@periplus/controller'
import { CertificateSigningRequest } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { Cut } from '@periplus/projection'
import type { Stored } from '@periplus/api'
import type { Pki } from '../security/index.ts'
import type { Security } from '../ports.ts'
import { isOfItself, isOwnSigner, kubeletSigner, requestFault } from './signers.ts'

type Request = Stored<CertificateSigningRequest>

type Conditions = NonNullable<NonNullable<Request['status']>['conditions']>

/** What is to be done with a request. */
export interface Verdict {
  readonly request: Request
  readonly does: 'Approve' | 'Sign' | 'Fail'
  readonly message: string
}

export interface SigningConfig {
  readonly commands: Commands
  readonly security: Pick<Security, 'authorize'>
  readonly pki: Pick<Pki, 'sign'>
  readonly clock: Clock
}

const has = ({ status }: Request, type: string): boolean =>
  (status?.conditions ?? []).some(condition => condition.type === type)

/** Rights by which a node's request is approved without anybody, as by Kubernetes' approver, and what is said then. */
const rights = {
  selfnodeclient: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
  nodeclient: 'Auto approving kubelet client certificate after SubjectAccessReview.',
} as const

/** What is said of whoever may have his own requests approved; `undefined` of everybody else. */
const approvalOf = (request: Request, authorize: Security['authorize']): string | undefined => {
  const { spec } = request
  const user = { name: spec.username ?? '', uid: spec.uid ?? '', groups: spec.groups ?? [], extra: spec.extra ?? {} }
  const asked = { verb: 'create', group: 'certificates.k8s.io', version: 'v1', resource: 'certificatesigningrequests' }
  const may = (subresource: keyof typeof rights): boolean =>
    E.isRight(authorize(user, { tag: 'Resource', ...asked, subresource, namespace: '', name: '' }))
  if (isOfItself(request) && may('selfnodeclient')) return rights.selfnodeclient
  return may('nodeclient') ? rights.nodeclient : undefined
}

const dueOf = (request: Request, authorize: Security['authorize']): Verdict | undefined => {
  const { spec, status } = request
  if (!isOwnSigner(spec.signerName) || has(request, 'Denied') || has(request, 'Failed')) return undefined
  if ((status?.certificate ?? '') !== '') return undefined
  if (has(request, 'Approved')) {
    const fault = requestFault(request)
    return fault === undefined ? { request, does: 'Sign', message: '' } : { request, does: 'Fail', message: fault }
  }
  if (spec.signerName !== kubeletSigner || requestFault(request) !== undefined) return undefined
  const message = approvalOf(request, authorize)
  return message === undefined ? undefined : { request, does: 'Approve', message }
}

/** Pure: which requests of the cluster's own signers are due, and what for. */
export const dueRequests = (cut: Cut, authorize: Security['authorize']): readonly Verdict[] =>
  cut.list(CertificateSigningRequest).flatMap(request => dueOf(request, authorize) ?? [])

/** Approves what nodes ask for, and signs what is approved. The key of the authority stays with the API server, so this does, too. */
export const signingOf = ({ commands, security, pki, clock }: SigningConfig): Effect<readonly Verdict[]> => {
  const condition = (type: string, reason: string, message: string) => {
    const now = formatTime(clock.now())
    return { type, status: 'True', reason, message, lastUpdateTime: now, lastTransitionTime: now }
  }
  const failed = (conditions: Conditions, message: string): object => ({
    conditions: [...conditions, condition('Failed', 'SignerValidationFailure', message)],
  })
  const statusOf = async ({ request, does, message }: Verdict): Promise<object> => {
    const { spec, status } = request
    const conditions = status?.conditions ?? []
    if (does === 'Approve') return { conditions: [...conditions, condition('Approved', 'AutoApproved', message)] }
    if (does === 'Fail') return failed(conditions, message)
    const { usages = [], expirationSeconds } = spec
    const wanted = { usages, ...(expirationSeconds === undefined ? {} : { expirationSeconds }) }
    const signed = await pki.sign(Buffer.from(spec.request, 'base64').toString('latin1'), wanted)
    return E.isLeft(signed)
      ? failed(conditions, signed.left)
      : { ...status, certificate: Buffer.from(signed.right).toString('base64') }
  }
  const carryOut = async (verdict: Verdict): Promise<Either<string, void>> => {
    const { request, does } = verdict
    const object = { ...request, status: await statusOf(verdict) } as CertificateSigningRequest
    const done = await commands.execute(
      {
        verb: 'update',
        kind: CertificateSigningRequest,
        subresource: does === 'Approve' ? 'approval' : 'status',
        object,
      },
      {
        actor: 'controller:csrsigning',
        component: 'csrsigning',
        causes: [Number(request.metadata.resourceVersion)],
        correlationId: request.metadata.uid,
      },
    )
    // Somebody else, such as another API server, was quicker: what is due then follows from the cut.
    if (E.isLeft(done) && done.left.tag !== 'Conflict' && done.left.tag !== 'NotFound')
      return E.left(`the request ${request.metadata.name} cannot be answered: ${JSON.stringify(done.left)}`)
    return E.right(undefined)
  }
  return {
    name: 'csrsigning',
    wakes: ({ event }) => event.ref.resource === CertificateSigningRequest.resource,
    desired: cut => dueRequests(cut, security.authorize),
    apply: async verdicts => {
      // One that cannot be written is nobody else's affair.
      let answer: Either<string, void> = E.right(undefined)
      for (const verdict of verdicts) {
        const one = await carryOut(verdict)
        if (E.isLeft(one)) answer = one
      }
      return answer
    },
  }
}
