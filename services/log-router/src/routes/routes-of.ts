import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { labelSelectorAsSelector, millisecondsOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { Secret } from '@periplus/kinds'
import type { Credentials, LogBackend } from '@periplus/logs'
import type { Cut } from '@periplus/projection'
import { sinkKinds } from '../definitions/ensure-definitions.ts'
import type { LogSink } from '../definitions/sink.ts'
import { lineSteps } from '../lines/line-steps.ts'
import type { Fault, Route, Routes, SinkRef } from './route.ts'

/** A backend and whether only sinks of the whole cluster may use it. */
export interface KnownBackend {
  readonly backend: LogBackend
  readonly clusterOnly: boolean
}

/** Each has a connection and a reader of its own: whoever may make sinks of one namespace gets so many. */
const mostSinksOfNamespace = 16
/** Where the Secrets of ClusterLogSinks are. */
const clusterSecretsNamespace = 'kube-system'

interface Found {
  readonly credentials: Credentials
  readonly version: string
}

/** The Secret's values; a sink names only those of its own namespace. */
const credentialsOf = (cut: Cut, { spec }: Stored<LogSink>, namespace: string): Either<string, Found> => {
  const name = spec.backend.credentialsRef?.name
  if (name === undefined) return E.right({ credentials: new Map(), version: '' })
  const secret = cut.get(Secret, namespace, name)
  if (secret === undefined) return E.left(`the Secret ${namespace}/${name} is not there`)
  const entries = Object.entries(secret.data ?? {})
  return E.right({
    credentials: new Map(entries.map(([key, value]) => [key, Buffer.from(String(value), 'base64').toString('utf8')])),
    version: secret.metadata.resourceVersion,
  })
}

type Complaint = Pick<Fault, 'reason' | 'message'>

const complaint = (reason: Fault['reason'], message: string): Either<Complaint, never> => E.left({ reason, message })

const routeOf = (
  cut: Cut,
  ref: SinkRef,
  sink: Stored<LogSink>,
  backends: ReadonlyMap<string, KnownBackend>,
): Either<Complaint, Route> => {
  const { spec } = sink
  const known = backends.get(spec.backend.name)
  if (known === undefined)
    return complaint('BackendUnknown', `there is no backend ${JSON.stringify(spec.backend.name)}`)
  const ofCluster = ref.resource === 'clusterlogsinks'
  if (known.clusterOnly && !ofCluster)
    return complaint('BackendNotAllowed', `the backend ${known.backend.name} is for ClusterLogSinks alone`)
  const steps = lineSteps(spec)
  if (E.isLeft(steps)) return complaint('InvalidSpec', steps.left)
  for (const field of ['selector', 'namespaceSelector'] as const)
    if (spec[field] !== undefined && E.isLeft(labelSelectorAsSelector(spec[field])))
      return complaint('InvalidSpec', `spec.${field} is no label selector`)
  const found = credentialsOf(cut, sink, ofCluster ? clusterSecretsNamespace : ref.namespace)
  if (E.isLeft(found)) return complaint('SecretNotFound', found.left)
  const { uid = '', generation = 0 } = sink.metadata
  const { credentials, version } = found.right
  const createdAt = millisecondsOf(sink.metadata.creationTimestamp ?? '') ?? 0
  return E.right({ ref, uid, generation, createdAt, spec, credentials, version: JSON.stringify([uid, spec, version]) })
}

/** The oldest first, so that those that come later are too many. */
const byAge = (a: Stored<LogSink>, b: Stored<LogSink>): number => {
  const [first, second] = [a, b].map(({ metadata }) => metadata.creationTimestamp ?? '')
  return first === second ? (a.metadata.name < b.metadata.name ? -1 : 1) : (first ?? '') < (second ?? '') ? -1 : 1
}

/** What the sinks of a cut want: pure. A sink with a fault costs the others nothing. */
export const routesOf = (cut: Cut, backends: ReadonlyMap<string, KnownBackend>): Routes => {
  const routes = new Map<string, Route>()
  const faults = new Map<string, Fault>()
  const counts = new Map<string, number>()
  for (const kind of sinkKinds(cut))
    for (const sink of [...cut.list(kind)].sort(byAge)) {
      const { uid = '', generation = 0, namespace = '', name, deletionTimestamp } = sink.metadata
      if (deletionTimestamp !== undefined) continue
      const ref: SinkRef = { resource: kind.namespaced ? 'logsinks' : 'clusterlogsinks', namespace, name }
      const count = (counts.get(namespace) ?? 0) + 1
      counts.set(namespace, count)
      const route =
        kind.namespaced && count > mostSinksOfNamespace
          ? complaint('TooManySinks', `a namespace has at most ${mostSinksOfNamespace} sinks`)
          : routeOf(cut, ref, sink, backends)
      if (E.isRight(route)) routes.set(uid, route.right)
      else faults.set(uid, { ref, uid, generation, ...route.left })
    }
  return { routes, faults }
}
