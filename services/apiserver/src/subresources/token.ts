import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import { badRequest, fieldError, objectNotFound, refOf } from '@periplus/api'
import type { FieldError, KubernetesObject, ObjectRef, Refusal, Stored, TypeOf } from '@periplus/api'
import type { KindsAt } from '@periplus/custom'
import type { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { Answer } from '../http/call.ts'
import { answered } from '../http/reply.ts'
import type { Security, TokenIssue } from '../ports.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import { tokenRequestBody } from '../write/bodies.ts'
import { readBodyOf } from '../write/read-object.ts'
import { parseWriteOptions } from '../write/write-options.ts'

const defaultSeconds = 3600
const shortestSeconds = 600
const longestSeconds = 2 ** 32

export interface TokenDeps {
  readonly cut: Cut
  readonly kindsAt: KindsAt
  readonly security: Pick<Security, 'tokens' | 'tokenFault'>
  readonly clock: Clock
}

type Request = TypeOf<typeof tokenRequestBody.schema>
type Account = Stored<KubernetesObject>

/** `POST serviceaccounts/<name>/token`: a bearer token for a service account, for as long as it lives and was asked for. */
export const issueToken = async (deps: TokenDeps, asked: ResourceCall): Promise<Answer> => {
  const { call, ref, kind } = asked
  const options = parseWriteOptions(call.query, 'CreateOptions')
  if (E.isLeft(options)) return options
  const request = await readBodyOf(call, tokenRequestBody, options.right)
  if (E.isLeft(request)) return request
  const causes = errorsIn(request.right, ref)
  if (causes.length > 0)
    return E.left({ tag: 'Invalid', target: { ...tokenRequests, name: ref.name, kind: 'TokenRequest' }, causes })
  const account = deps.cut.entry(ref)?.object()
  if (!account) return E.left(objectNotFound(kind, ref.name))
  const { audiences = [], boundObjectRef, ...spec } = request.right.spec ?? {}
  const expirationSeconds = Number(spec.expirationSeconds ?? defaultSeconds)
  const fault = deps.security.tokenFault(call.user, {
    namespace: ref.namespace,
    serviceAccount: ref.name,
    audiences,
    ...(boundObjectRef ? { boundObject: boundObjectRef } : {}),
  })
  if (fault !== undefined) return E.left({ tag: 'Forbidden', target: ref, message: fault })
  const bound = boundOf(deps, account, request.right)
  if (E.isLeft(bound)) return bound
  const token = options.right.dryRun
    ? E.right({ token: '', expirationTimestamp: new Date(deps.clock.now() + expirationSeconds * 1000).toISOString() })
    : await deps.security.tokens.issue({
        serviceAccount: account,
        audiences,
        expirationSeconds,
        ...(bound.right ? { boundObject: bound.right } : {}),
      })
  if (E.isLeft(token)) return token
  return E.right(
    answered(
      201,
      {
        kind: 'TokenRequest',
        apiVersion: 'authentication.k8s.io/v1',
        metadata: { name: ref.name, namespace: ref.namespace },
        spec: { ...request.right.spec, audiences, expirationSeconds },
        status: token.right,
      },
      tokenRequestBody.schema,
    ),
  )
}

const tokenRequests = { group: 'authentication.k8s.io', resource: 'tokenrequests' }

const errorsIn = ({ metadata = {}, spec }: Request, { name, namespace }: ObjectRef): readonly FieldError[] => {
  const { expirationSeconds = defaultSeconds } = spec ?? {}
  const matches = (field: string, given: string | undefined, meant: string): readonly FieldError[] =>
    given && given !== meant
      ? [fieldError.invalid(`metadata.${field}`, given, `must match the service account ${field} if specified`)]
      : []
  const wrong =
    expirationSeconds < shortestSeconds
      ? 'may not specify a duration less than 10 minutes'
      : expirationSeconds > longestSeconds
        ? 'may not specify a duration larger than 2^32 seconds'
        : undefined
  return [
    ...matches('name', metadata.name, name),
    ...matches('namespace', metadata.namespace, namespace),
    ...(wrong === undefined ? [] : [fieldError.invalid('spec.expirationSeconds', expirationSeconds, wrong)]),
  ]
}

/** Tokens may be bound to pods, to secrets and to nodes; to a pod only where it runs as the account itself. */
const boundOf = (
  { cut, kindsAt }: TokenDeps,
  account: Account,
  { metadata, spec }: Request,
): Either<Refusal, TokenIssue['boundObject']> => {
  const { uid, name, namespace = '' } = account.metadata
  const conflict = (target: string, message: string): Either<Refusal, never> =>
    E.left({ tag: 'Conflict', target: { ...tokenRequests, name: target }, message })
  if (metadata?.uid && metadata.uid !== uid)
    return conflict(
      name,
      `the UID in the token request (${metadata.uid}) does not match the UID of the service account (${uid})`,
    )
  const bound = spec?.boundObjectRef
  if (!bound) return E.right(undefined)
  const kind = bindable.includes(bound.kind ?? '') ? kindsAt(cut).byKind('', 'v1', bound.kind ?? '') : undefined
  if (!kind || (bound.apiVersion ?? 'v1') !== 'v1')
    return E.left(badRequest(`cannot bind token to object of type ${bound.apiVersion ?? ''}, Kind=${bound.kind ?? ''}`))
  const found = cut.entry(refOf(kind, namespace, bound.name ?? ''))?.object()
  if (!found) return E.left(objectNotFound(kind, bound.name ?? ''))
  if (kind.resource === 'pods' && (found as Stored<Pod>).spec?.serviceAccountName !== name)
    return E.left(
      badRequest(
        `cannot bind token for serviceaccount ${JSON.stringify(name)} to pod running with different serviceaccount name.`,
      ),
    )
  if (bound.uid && bound.uid !== found.metadata.uid)
    return conflict(
      found.metadata.name,
      `the UID in the bound object reference (${bound.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    )
  return E.right({
    apiVersion: found.apiVersion,
    kind: found.kind,
    name: found.metadata.name,
    uid: found.metadata.uid,
  })
}

const bindable: readonly string[] = ['Pod', 'Secret', 'Node']
