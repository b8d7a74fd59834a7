import type { Clock } from '@periplus/prelude'
import type { Change, LiveCut } from '@periplus/projection'
import type { Controller, Key, Watch } from '../controller.ts'
import { defaultBackOff } from '../queue/work-queue.ts'
import type { WorkQueue } from '../queue/work-queue.ts'
import { itself } from '../watches.ts'

/** Where a controller's keys are woken, and who hears of what its watches throw. */
export interface WakingEnvironment {
  readonly cut: LiveCut
  readonly clock: Clock
  readonly queue: Pick<WorkQueue, 'add'>
  /** A watch that throws about one object is reported with that object's name. */
  readonly onBug: (key: Key, error: unknown) => void
  /** Of the changes that are missed before all keys are woken again, the first: people are told of it. */
  readonly onMissed: (change: Change, error: unknown) => void
}

/** Wakes a controller's keys by changes and at its beginning. */
export interface Waking {
  changed(changes: readonly Change[]): void
  /** Wakes the starting keys. */
  all(): void
  stop(): void
}

/**
 * Which keys a change concerns is for the controller to say, and it may fail at one object. What it would have woken is then
 * unknown, so after a pause, which doubles each time, all starting keys are: nothing waits for ever for a change that was missed.
 */
export const waking = (controller: Controller, { cut, clock, queue, onBug, onMissed }: WakingEnvironment): Waking => {
  const { byResource, every } = watchesOf(controller)
  let cancel: (() => void) | undefined
  let misses = 0

  const wake = (watch: Watch, change: Change): void => {
    const trigger = { sequence: change.event.sequence, correlationId: change.event.origin.correlationId }
    // Many watches go by the change's name alone, and nobody reads the object for them.
    const seen = {
      get before() {
        return change.before?.object()
      },
      get after() {
        return change.after?.object()
      },
      change,
    }
    for (const key of watch.keys(seen, cut)) queue.add(key, trigger)
  }
  const ownKeys = (): readonly Key[] =>
    cut.entries(controller.primary.group, controller.primary.resource).map(({ ref }) => ref)
  const startingKeys = (): readonly Key[] => {
    try {
      return controller.startingKeys?.(cut) ?? ownKeys()
    } catch (error) {
      onBug({ namespace: '', name: '' }, error)
      return ownKeys()
    }
  }
  const all = (): void => {
    for (const { namespace, name } of startingKeys()) queue.add({ namespace, name })
  }
  const allLater = (): void => {
    const { firstMilliseconds, maximumMilliseconds } = defaultBackOff
    cancel ??= clock.after(Math.min(firstMilliseconds * 2 ** misses++, maximumMilliseconds), () => {
      cancel = undefined
      all()
    })
  }

  return {
    changed: changes => {
      for (const change of changes) {
        const { group, resource, namespace, name } = change.event.ref
        for (const watch of byResource.get(`${group}/${resource}`) ?? every)
          try {
            wake(watch, change)
          } catch (error) {
            onBug({ namespace, name }, error)
            if (!cancel) onMissed(change, error)
            allLater()
          }
      }
    },
    all,
    stop: () => cancel?.(),
  }
}

interface Watches {
  /** Those of the kinds that are named, and those of every kind with them. */
  readonly byResource: ReadonlyMap<string, readonly Watch[]>
  readonly every: readonly Watch[]
}

const watchesOf = (controller: Controller): Watches => {
  const every = controller.watches.filter(watch => 'every' in watch)
  const byResource = new Map<string, Watch[]>()
  const named = [itself(controller.primary, controller.wakesItself), ...controller.watches].filter(
    watch => 'kind' in watch,
  )
  for (const watch of named) {
    const resource = `${watch.kind.group}/${watch.kind.resource}`
    byResource.set(resource, [...(byResource.get(resource) ?? every), watch])
  }
  return { byResource, every }
}
