import { E } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { badRequest, fieldError, objectNotFound, refOf } from '@periplus/api'
import type { KindRegistry, Stored, KubernetesObject } from '@periplus/api'
import type { Cut } from '@periplus/projection'
import type { Answer } from '../http/call.ts'
import { created } from '../http/reply.ts'
import type { TokenIssue, Tokens } from '../ports.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import { tokenRequestBody } from '../write/bodies.ts'
import { readBodyOf } from '../write/read-object.ts'
import { parseWriteOptions } from '../write/write-options.ts'

const defaultSeconds = 3600
const shortestSeconds = 600
const longestSeconds = 2 ** 32

export interface TokenMeans {
  readonly cut: Cut
  readonly kinds: KindRegistry
  readonly tokens: Tokens
  readonly clock: Clock
}

/** `POST serviceaccounts/<name>/token`: a bearer token for a service account, for as long as it lives and was asked for. */
export const issueToken = async (means: TokenMeans, asked: ResourceCall): Promise<Answer> => {
  const { call, ref, kind } = asked
  const options = parseWriteOptions(call.query, 'CreateOptions')
  if (E.isLeft(options)) return options
  const request = await readBodyOf(call, tokenRequestBody, options.right.fieldValidation)
  if (E.isLeft(request)) return request
  const entry = means.cut.entry(ref)
  if (!entry) return E.left(objectNotFound(kind, ref.name))
  const spec = request.right.spec ?? {}
  const expirationSeconds = spec.expirationSeconds ?? defaultSeconds
  const wrong =
    expirationSeconds < shortestSeconds
      ? 'may not specify a duration less than 10 minutes'
      : expirationSeconds > longestSeconds
        ? 'may not specify a duration larger than 2^32 seconds'
        : undefined
  if (wrong !== undefined)
    return E.left({
      tag: 'Invalid',
      target: { group: 'authentication.k8s.io', resource: 'tokenrequests', name: ref.name, kind: 'TokenRequest' },
      causes: [fieldError.invalid('spec.expirationSeconds', expirationSeconds, wrong)],
    })
  const bound = spec.boundObjectRef
  let boundObject: TokenIssue['boundObject']
  if (bound) {
    const found = findBound(means, ref.namespace, bound)
    if (!found)
      return E.left(
        badRequest(
          `cannot bind token to object of type ${bound.apiVersion ?? ''}, ${bound.kind ?? ''}, ${bound.name ?? ''}`,
        ),
      )
    if (bound.uid && bound.uid !== found.metadata.uid)
      return E.left({
        tag: 'Conflict',
        target: { group: '', resource: kind.resource, name: found.metadata.name },
        message: `the UID in the bound object reference (${bound.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      })
    boundObject = {
      apiVersion: found.apiVersion,
      kind: found.kind,
      name: found.metadata.name,
      uid: found.metadata.uid,
    }
  }
  const token = options.right.dryRun
    ? E.right({ token: '', expirationTimestamp: new Date(means.clock.now() + expirationSeconds * 1000).toISOString() })
    : await means.tokens.issue({
        serviceAccount: entry.object(),
        audiences: spec.audiences ?? [],
        expirationSeconds,
        ...(boundObject ? { boundObject } : {}),
      })
  if (E.isLeft(token)) return token
  return E.right(
    created({
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name: ref.name, namespace: ref.namespace },
      spec: { ...spec, audiences: spec.audiences ?? [], expirationSeconds },
      status: token.right,
    }),
  )
}

/** Tokens may be bound to pods, secrets and nodes, as in Kubernetes. */
const findBound = (
  { cut, kinds }: TokenMeans,
  namespace: string,
  bound: { readonly apiVersion?: string; readonly kind?: string; readonly name?: string },
): Stored<KubernetesObject> | undefined => {
  if (bound.apiVersion !== undefined && bound.apiVersion !== '' && bound.apiVersion !== 'v1') return undefined
  if (bound.kind !== 'Pod' && bound.kind !== 'Secret' && bound.kind !== 'Node') return undefined
  const kind = kinds.byKind('', 'v1', bound.kind)
  return kind && cut.entry(refOf(kind, namespace, bound.name ?? ''))?.object()
}
