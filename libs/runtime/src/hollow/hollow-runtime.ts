import { createHash } from 'node:crypto'
import { E, pause } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { ContainerRuntime, RuntimeRefusal } from '../container-runtime.ts'
import { eventHub } from '../event-hub.ts'
import { parseImageName } from '@periplus/images'
import { done, notFound, pullFailed, unsupported } from '../refusals.ts'
import type { Outcome } from '../refusals.ts'
import { addressPool } from './address-pool.ts'
import type { Behave, HollowExit } from './behaviour.ts'
import { hollowContainers } from './containers.ts'
import { hollowSandboxes } from './sandboxes.ts'

/** How a hollow runtime behaves. */
export interface HollowOptions {
  readonly clock: Clock
  /** Makes ids differ between nodes; the same name and the same calls give the same ids. */
  readonly nodeName: string
  /** Pod addresses; default `10.244.0.0/24`. */
  readonly podCidr?: string
  /** Milliseconds that `runSandbox` takes; default 0, which resolves without asking the clock. */
  readonly sandboxDelay?: number
  /** Milliseconds that `pullImage` takes; default 0. */
  readonly pullDelay?: number
  readonly behave?: Behave
  /** The registry's text when an image cannot be pulled, `undefined` when it can; default: every image can. */
  readonly refusePull?: (image: string) => string | undefined
}

/** What tests and the simulation may do to what "runs"; unknown ids are ignored, as a fault may come late. */
export interface HollowControls {
  /** The container ends now. */
  exit(containerId: string, how: HollowExit): void
  /** The kernel killed it: exit code 137, reason `OOMKilled`. */
  oomKill(containerId: string): void
  /** The sandbox and all in it die, as when its pause process is killed. */
  loseSandbox(sandboxId: string): void
  /** The machine restarts: everything is exited (255, `Unknown`), every sandbox not ready. */
  reboot(): void
  /** The next call of this method is refused; several queue up. */
  failNext(method: FallibleMethod, refusal: RuntimeRefusal): void
}

/** What a hollow runtime can be told to refuse. */
export type FallibleMethod = Exclude<keyof ContainerRuntime, 'name' | 'events' | 'close'>

/** A runtime in which nothing runs, and what tests do to it. */
export type HollowRuntime = ContainerRuntime & { readonly controls: HollowControls }

/**
 * A runtime in which nothing runs: for 1,000 nodes on one machine and for the seeded simulation. Deterministic: the same
 * calls at the same moments of `clock` give the same ids, addresses and times. Times are the clock's.
 */
export const hollowRuntime = (options: HollowOptions): HollowRuntime => {
  const { clock } = options
  const hub = eventHub()
  const faults = new Map<FallibleMethod, RuntimeRefusal[]>()
  let made = 0
  const hollow = {
    clock,
    publish: hub.publish,
    newId: () => createHash('sha256').update(`${options.nodeName}/${made++}`).digest('hex'),
  }
  const sandboxes = hollowSandboxes(hollow, addressPool(options.podCidr ?? '10.244.0.0/24'))
  const containers = hollowContainers(hollow, sandboxes, options.behave ?? (() => ({})))
  const images = new Map<string, string>()

  const call = async <A>(method: FallibleMethod, answer: () => Outcome<A> | Promise<Outcome<A>>, delay = 0) => {
    const fault = faults.get(method)?.shift()
    if (fault) return E.left(fault)
    if (delay > 0) await pause(clock, delay)
    return answer()
  }
  const nothingRuns = unsupported('a hollow runtime runs nothing: it has no streams')
  const pull = (image: string): Outcome<string> => {
    const name = parseImageName(image)
    if (E.isLeft(name)) return pullFailed(name.left, true)
    const refused = options.refusePull?.(image)
    if (refused !== undefined) return pullFailed(refused)
    const id = `sha256:${createHash('sha256').update(image).digest('hex')}`
    images.set(image, id)
    return E.right(id)
  }
  const imageState = ([tag, id]: [string, string]) => ({ id, tags: [tag], digests: [], sizeBytes: 0, user: '' })
  const known = (image: string) => [...images].find(([tag, id]) => tag === image || id === image)

  return {
    name: 'hollow',
    status: () =>
      call('status', () =>
        E.right({
          version: 'hollow://1',
          ready: true,
          networkReady: true,
          message: '',
          lacks: ['nothing runs: containers are pretended, without processes, logs, streams or network'],
        }),
      ),
    runSandbox: config => call('runSandbox', () => sandboxes.run(config), options.sandboxDelay),
    stopSandbox: id =>
      call('stopSandbox', () => {
        containers.endAllOf(id, { exitCode: 137 })
        return sandboxes.stop(id)
      }),
    removeSandbox: id =>
      call('removeSandbox', () => {
        containers.removeAllOf(id)
        return sandboxes.remove(id)
      }),
    sandboxes: () => call('sandboxes', () => E.right(sandboxes.list())),
    createContainer: (sandboxId, config) =>
      call('createContainer', () => {
        const image = known(config.image)
        return image ? containers.create(sandboxId, config, image[1]) : notFound('image', config.image)
      }),
    startContainer: id => call('startContainer', () => containers.start(id), containers.startDelay(id)),
    stopContainer: (id, timeoutSeconds) => call('stopContainer', () => containers.stop(id, timeoutSeconds)),
    removeContainer: id => call('removeContainer', () => containers.remove(id)),
    containers: () => call('containers', () => E.right(containers.list())),
    container: id => call('container', () => containers.state(id)),
    stats: () =>
      call('stats', () =>
        E.right(
          containers
            .list()
            .filter(({ state }) => state === 'running')
            .map(({ id }) => ({ containerId: id, cpuNanoseconds: 0, workingSetBytes: 0 })),
        ),
      ),
    updateContainer: id => call('updateContainer', () => E.map(() => undefined)(containers.state(id))),
    reopenLog: id => call('reopenLog', () => E.map(() => undefined)(containers.state(id))),
    execSync: (id, command) => call('execSync', () => containers.execSync(id, command)),
    exec: () => call('exec', () => nothingRuns),
    attach: () => call('attach', () => nothingRuns),
    portForward: () => call('portForward', () => nothingRuns),
    imageStatus: image =>
      call('imageStatus', () => {
        const found = known(image)
        return E.right(found && imageState(found))
      }),
    pullImage: image => call('pullImage', () => pull(image), options.pullDelay),
    images: () => call('images', () => E.right([...images].map(imageState))),
    removeImage: image =>
      call('removeImage', () => {
        const found = known(image)
        if (found) images.delete(found[0])
        return done
      }),
    mountImage: () => call('mountImage', () => nothingRuns),
    unmountImage: () => call('unmountImage', () => done),
    events: signal => hub.subscribe(signal),
    close: async () => hub.close(),
    controls: {
      exit: (id, how) => containers.end(id, how),
      oomKill: id => containers.end(id, { exitCode: 137, reason: 'OOMKilled' }),
      loseSandbox: id => {
        containers.endAllOf(id, { exitCode: 137 })
        sandboxes.lose(id)
      },
      reboot: () => {
        for (const { id } of sandboxes.list()) {
          containers.endAllOf(id, { exitCode: 255, reason: 'Unknown' })
          sandboxes.lose(id)
        }
      },
      failNext: (method, refusal) => void faults.set(method, [...(faults.get(method) ?? []), refusal]),
    },
  }
}
