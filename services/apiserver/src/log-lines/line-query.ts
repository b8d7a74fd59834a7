import { E } from '@periplus/prelude'
import type { Either, Steps } from '@periplus/prelude'
import { badRequest, everything, parseSelectorInSteps } from '@periplus/api'
import type { Refusal, Selector } from '@periplus/api'
import type { LogOptions } from '../ports.ts'
import { booleanParameter } from '../request/request-info.ts'
import { parseLogOptions } from '../subresources/stream-options.ts'

/** What stands for a pod's name where the lines of several are asked for; no pod is called so. */
const severalPods = '-'

/** An owner of pods, directly or not, such as a Deployment. */
export interface OwnerName {
  readonly kind: string
  readonly name: string
}

/** What of the stream is asked for. */
export interface LineQuery extends Omit<LogOptions, 'container'> {
  readonly namespace: string
  /** `undefined`: of all that `selector` and `owner` choose. */
  readonly pod: string | undefined
  readonly container: string | undefined
  readonly selector: Selector
  readonly owner: OwnerName | undefined
  /** Each line as an object, or as `kubectl logs` shows it. */
  readonly format: 'json' | 'text'
  /** What happened to the pods stands between their lines. */
  readonly withEvents: boolean
}

/** The query of `pods/<name>/log` where the stream is meant, besides what Kubernetes knows. */
export function* parseLineQuery(
  query: URLSearchParams,
  namespace: string,
  name: string,
): Steps<Either<Refusal, LineQuery>> {
  const options = parseLogOptions(query, name, true)
  if (E.isLeft(options)) return options
  const text = query.get('labelSelector') ?? ''
  const selector = text === '' ? E.right(everything) : yield* parseSelectorInSteps(text)
  if (E.isLeft(selector)) return selector
  const owner = ownerOf(query.get('owner') ?? '')
  if (E.isLeft(owner)) return owner
  const format = query.get('format') ?? 'text'
  if (format !== 'json' && format !== 'text') return E.left(badRequest('format is json or text'))
  return E.right({
    ...options.right,
    ...{ namespace, format, selector: selector.right, owner: owner.right },
    pod: name === severalPods ? undefined : name,
    container: query.get('container') || undefined,
    withEvents: booleanParameter(query, 'events'),
  })
}

const ownerOf = (text: string): Either<Refusal, OwnerName | undefined> => {
  if (text === '') return E.right(undefined)
  const [kind = '', name = '', ...more] = text.split('/')
  return kind !== '' && name !== '' && more.length === 0
    ? E.right({ kind, name })
    : E.left(badRequest('owner is a kind and a name, such as Deployment/web'))
}
