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
import { kubeletSigner, nodeRequestFault } from './node-request.ts'

type Request = Stored<CertificateSigningRequest>

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

/** Whoever may create `certificatesigningrequests/nodeclient` has his own requests approved, as Kubernetes' approver does. */
const isApprovedAlike = ({ spec }: Request, authorize: Security['authorize']): boolean => {
  const user = { name: spec.username ?? '', uid: spec.uid ?? '', groups: spec.groups ?? [], extra: spec.extra ?? {} }
  const asked = { verb: 'create', group: 'certificates.k8s.io', version: 'v1', resource: 'certificatesigningrequests' }
  const about = { subresource: 'nodeclient', namespace: '', name: '' }
  return E.isRight(authorize(user, { tag: 'Resource', ...asked, ...about }))
}

/** Pure: which requests for nodes' certificates are due, and what for. */
export const dueRequests = (cut: Cut, authorize: Security['authorize']): readonly Verdict[] =>
  cut.list(CertificateSigningRequest).flatMap((request): readonly Verdict[] => {
    const { spec, status } = request
    if (spec.signerName !== kubeletSigner || has(request, 'Denied') || has(request, 'Failed')) return []
    if (status?.certificate !== undefined && status.certificate !== '') return []
    const fault = nodeRequestFault(request)
    if (has(request, 'Approved'))
      return [{ request, does: fault === undefined ? 'Sign' : 'Fail', message: fault ?? 'signed' }]
    return fault === undefined && isApprovedAlike(request, authorize)
      ? [{ request, does: 'Approve', message: 'Auto approving kubelet client certificate after SubjectAccessReview.' }]
      : []
  })

/** Approves and signs what nodes ask for. The key of the authority stays with the API server, so this does, too. */
export const signingOf = ({ commands, security, pki, clock }: SigningConfig): Effect<readonly Verdict[]> => {
  const condition = (type: string, reason: string, message: string) => {
    const now = formatTime(clock.now())
    return { type, status: 'True', reason, message, lastUpdateTime: now, lastTransitionTime: now }
  }
  const statusOf = async ({ request, does, message }: Verdict): Promise<Either<string, object>> => {
    const conditions = request.status?.conditions ?? []
    if (does === 'Approve')
      return E.right({ conditions: [...conditions, condition('Approved', 'AutoApproved', message)] })
    if (does === 'Fail')
      return E.right({ conditions: [...conditions, condition('Failed', 'SignerValidationFailure', message)] })
    const signed = await pki.sign(Buffer.from(request.spec.request, 'base64').toString('latin1'))
    return E.map((pem: string) => ({ ...request.status, certificate: Buffer.from(pem).toString('base64') }))(signed)
  }
  const carryOut = async (verdict: Verdict): Promise<Either<string, void>> => {
    const status = await statusOf(verdict)
    if (E.isLeft(status)) return status
    const { request, does } = verdict
    const object = { ...request, status: status.right } as CertificateSigningRequest
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
      for (const verdict of verdicts) {
        const answer = await carryOut(verdict)
        if (E.isLeft(answer)) return answer
      }
      return E.right(undefined)
    },
  }
}
