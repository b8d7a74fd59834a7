import type { Clock, Random } from '@periplus/prelude'
import type { AdmitConnection, Commands } from '@periplus/commands'
import type { KindsAt } from '@periplus/custom'
import type { EventLog } from '@periplus/log'
import type { LogStream } from '@periplus/log-stream'
import type { LiveCut } from '@periplus/projection'
import type { CutAt } from '@periplus/replay'
import type { ConvertObjects } from '@periplus/webhooks'
import type { NodeStreams, Security } from '../ports.ts'
import type { Freshness } from '../read/freshness.ts'
import { nodeProxy, podProxy, serviceProxy } from '../proxy/handlers.ts'
import { get } from '../read/get.ts'
import { list } from '../read/list.ts'
import type { PastReads } from '../read/past-reads.ts'
import { selfSubjectAccess, subjectAccess } from '../reviews/access.ts'
import { selfSubject, selfSubjectRules, tokenReview } from '../reviews/identity.ts'
import { bindPod, createBinding } from '../subresources/binding.ts'
import { evictPod } from '../subresources/eviction.ts'
import { podConnection, podLog } from '../subresources/pod-streams.ts'
import { getScale, patchScale, putScale } from '../subresources/scale.ts'
import { issueToken } from '../subresources/token.ts'
import type { WatchHub } from '../watch/hub.ts'
import { watch } from '../watch/watch.ts'
import { create } from '../write/create.ts'
import { removeCollection } from '../write/delete-collection.ts'
import { remove } from '../write/delete.ts'
import { patch } from '../write/patch.ts'
import { update } from '../write/update.ts'
import type { Handlers } from './dispatch.ts'
import type { ResourceHandler } from './resource-call.ts'

export interface ResourceDeps {
  readonly kindsAt: KindsAt
  readonly cut: LiveCut
  readonly log: EventLog
  readonly commands: Commands
  readonly freshness: Freshness
  readonly pastReads: PastReads
  readonly hub: WatchHub
  readonly clock: Clock
  readonly random: Random
  readonly security: Security
  readonly streams: NodeStreams | undefined
  readonly convert: ConvertObjects | undefined
  readonly admitConnection: AdmitConnection | undefined
  readonly lines: LogStream | undefined
  readonly cutAt: CutAt | undefined
}

/** By RBAC verb, as the methods of a proxied request are authorized; `OPTIONS` has none. */
const allMethods = (handler: ResourceHandler): Readonly<Record<string, ResourceHandler>> => ({
  get: handler,
  create: handler,
  update: handler,
  patch: handler,
  delete: handler,
  '': handler,
})

/** Which function answers which verb: the table of contents of the resource API. */
export const resourceHandlers = (deps: ResourceDeps): Handlers => {
  const { security } = deps
  const { deciding, judge, tokens, rulesFor, asksOutside } = security
  const getOne: ResourceHandler = asked => get(deps, asked)
  const put: ResourceHandler = asked => update(deps, asked)
  const patchOne: ResourceHandler = asked => patch(deps, asked)
  const part = { get: getOne, update: put, patch: patchOne }
  const streams = { ...deps, deciding }
  const connection = podConnection(streams)
  return {
    verbs: {
      get: getOne,
      list: asked => list(deps, asked),
      watch: asked => watch(deps, asked),
      create: asked => create(deps, asked),
      update: put,
      patch: patchOne,
      delete: asked => remove(deps, asked),
      deletecollection: asked => removeCollection(deps, asked),
    },
    subresources: {
      status: part,
      approval: part,
      ephemeralcontainers: part,
      resize: part,
      finalize: { update: put },
      scale: {
        get: asked => getScale(deps, asked),
        update: asked => putScale(deps, asked),
        patch: asked => patchScale(deps, asked),
      },
      'pods/eviction': { create: asked => evictPod(deps, asked) },
      'pods/binding': { create: asked => bindPod(deps, asked) },
      'pods/log': { get: podLog(streams) },
      'pods/exec': { create: connection, get: connection },
      'pods/attach': { create: connection, get: connection },
      'pods/portforward': { create: connection, get: connection },
      'pods/proxy': allMethods(podProxy(deps)),
      'services/proxy': allMethods(serviceProxy(deps)),
      'nodes/proxy': allMethods(nodeProxy(deps)),
      'serviceaccounts/token': { create: asked => issueToken(deps, asked) },
    },
    reviews: {
      '/bindings': asked => createBinding(deps, asked),
      'authorization.k8s.io/selfsubjectaccessreviews': selfSubjectAccess(judge),
      'authorization.k8s.io/subjectaccessreviews': subjectAccess(judge),
      'authorization.k8s.io/localsubjectaccessreviews': subjectAccess(judge),
      'authorization.k8s.io/selfsubjectrulesreviews': selfSubjectRules(rulesFor, () => !asksOutside()),
      'authentication.k8s.io/selfsubjectreviews': selfSubject(),
      'authentication.k8s.io/tokenreviews': tokenReview(tokens),
    },
  }
}
