import { E } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { deepEqual, formatTime } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Commands } from '@periplus/commands'
import type { KindsAt } from '@periplus/custom'
import { APIService, setCondition } from '@periplus/kinds'
import type { APIServiceCondition } from '@periplus/kinds'
import type { Change, LiveCut } from '@periplus/projection'
import type { RunningService } from '@periplus/service'
import { aggregatedAt } from './api-services.ts'
import type { AggregatedApi } from './api-services.ts'
import { askBackend } from './ask-backend.ts'
import { askOpenApi } from './ask-open-api.ts'
import { failedCheck, faultInCut, passed } from './availability.ts'
import type { Availability } from './availability.ts'
import type { BackendDeps } from './backend.ts'
import { readResources, saysTheSame } from './known-api.ts'
import type { KnownApi } from './known-api.ts'
import { isLocal, localAvailability, localServiceCommands } from './local-services.ts'

export interface KeepApiServices extends BackendDeps {
  readonly cut: LiveCut
  readonly kindsAt: KindsAt
  readonly commands: Commands
  readonly clock: Clock
  readonly onBug: (error: unknown) => void
}

export interface KeptApiServices extends RunningService {
  /** What other servers say of the APIs that they answer for; the same array until one of them says something else. */
  readonly known: () => readonly KnownApi[]
}

/** All are looked at as often as this, and a while after something changes that they depend on. */
const everyMilliseconds = 30_000
const soonMilliseconds = 200

const always: ReadonlySet<string> = new Set([
  'apiregistration.k8s.io/apiservices',
  'apiextensions.k8s.io/customresourcedefinitions',
])
const ofBackends: ReadonlySet<string> = new Set(['/services', 'discovery.k8s.io/endpointslices'])

const origin = {
  actor: 'user:system:apiserver',
  component: 'apiserver',
  causes: [],
  correlationId: 'apiservice-availability',
}

/**
 * Looks again and again whether the servers behind APIServices answer, and says so in their statuses; makes the APIServices of what
 * this server answers for itself.
 */
export const keepApiServices = (deps: KeepApiServices): KeptApiServices => {
  const { cut, kindsAt, commands, clock } = deps
  let known: readonly KnownApi[] = []
  let [running, again, stopped] = [false, false, false]
  let cancel = (): void => undefined

  const write = async (service: Stored<APIService>, { status, reason, message }: Availability): Promise<void> => {
    const { conditions } = service.status ?? {}
    const now = { type: 'Available', status, reason, message, lastTransitionTime: formatTime(clock.now()) }
    const next = setCondition<APIServiceCondition>(conditions, now)
    if (deepEqual(next, conditions)) return
    const object = { ...service, status: { ...service.status, conditions: next } }
    await commands.execute({ verb: 'update', kind: APIService, object, subresource: 'status' }, origin)
  }

  const look = async (api: AggregatedApi): Promise<KnownApi> => {
    const { group, version, service } = api
    const { groupPriorityMinimum = 0, versionPriority = 0 } = service.spec ?? {}
    const about = { group, version, groupPriority: groupPriorityMinimum, versionPriority }
    const fault = faultInCut(api, cut)
    if (fault) {
      await write(service, fault)
      return { ...about, resources: undefined }
    }
    const path = `/apis/${group}/${version}`
    const answer = E.chain(readResources)(await askBackend(deps, api, path, clock))
    const { namespace, name, port } = api.backend
    await write(
      service,
      E.isRight(answer) ? passed : failedCheck(`https://${name}.${namespace}.svc:${port}${path}`, answer.left),
    )
    if (E.isLeft(answer)) return { ...about, resources: undefined }
    const before = known.find(one => one.group === group && one.version === version)?.openApi
    return { ...about, resources: answer.right, openApi: await askOpenApi(deps, api, clock, before) }
  }

  const pass = async (): Promise<void> => {
    for (const command of localServiceCommands(cut, kindsAt(cut))) await commands.execute(command, origin)
    for (const service of cut.list(APIService)) if (isLocal(service)) await write(service, localAvailability)
    const found = await Promise.all([...aggregatedAt(cut).values()].map(look))
    if (!saysTheSame(known, found)) known = found
  }

  const run = async (): Promise<void> => {
    if (running) {
      again = true
      return
    }
    running = true
    await pass().catch(deps.onBug)
    running = false
    const soon = again
    again = false
    later(soon ? soonMilliseconds : everyMilliseconds)
  }

  const later = (milliseconds: number): void => {
    cancel()
    if (!stopped) cancel = clock.after(milliseconds, () => void run())
  }

  const matters = ({ event: { ref } }: Change): boolean => {
    const resource = `${ref.group}/${ref.resource}`
    if (always.has(resource)) return true
    return (
      ofBackends.has(resource) && [...aggregatedAt(cut).values()].some(one => one.backend.namespace === ref.namespace)
    )
  }

  const unsubscribe = cut.subscribe(changes => {
    if (!changes.some(matters)) return
    if (running) again = true
    else later(soonMilliseconds)
  })
  void run()
  return {
    name: 'api services',
    known: () => known,
    stop: async () => {
      stopped = true
      cancel()
      unsubscribe()
    },
  }
}
