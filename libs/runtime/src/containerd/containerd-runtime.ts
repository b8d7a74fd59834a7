import { E, boundedSeconds, systemClock } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { ContainerRuntime } from '../container-runtime.ts'
import { eventHub } from '../event-hub.ts'
import { parseImageName } from '@periplus/images'
import { done, pullFailed, unsupported } from '../refusals.ts'
import type { Outcome } from '../refusals.ts'
import { withinSeconds } from '../time-limit.ts'
import { cri } from './cri-messages.ts'
import { followEvents } from './follow-events.ts'
import { imageMounts } from './image-mounts.ts'
import { imageStateOf } from './from-cri.ts'
import { grpcChannel } from '@periplus/grpc'
import type { Call } from '@periplus/grpc'
import { limitsBandwidth, unlimitedBandwidth } from './network-plugins.ts'
import { knownStates } from './known-states.ts'
import { pullRefusalOf, refusalOf } from './refusal-of.ts'
import { openPort, openStreams } from './streams.ts'
import { criContainer, criSandbox } from './to-cri.ts'

/** Where containerd is. */
export interface ContainerdOptions {
  /** Path of the unix socket that serves CRI v1. */
  readonly address: string
  readonly clock?: Clock
}

/** Most calls are answered in milliseconds; starting and stopping may wait for disks and processes, a pull for a network. */
const seconds = { short: 30, long: 240, pull: 1800 } as const
/** A hook without a limit may run as long as its container. */
const forEver = Infinity

/** CRI counts whole seconds, and takes 0 for no limit (of a command) or no grace (of a container). */
const wholeSeconds = (given: number): number => Math.ceil(boundedSeconds(Math.max(0, given)))

/** Containers through CRI v1 over gRPC: containerd 1.6 and newer, and what else serves CRI and containerd's events. */
export const containerdRuntime = (options: ContainerdOptions): ContainerRuntime => {
  const channel = grpcChannel(options.address)
  const states = knownStates(channel)
  const mounted = imageMounts(options.address, channel)
  const hub = eventHub()
  const { clock = systemClock } = options
  const closing = new AbortController()
  let following = false

  const call = async <Req, Res>(
    to: Call<Req, Res>,
    request: Req,
    limit: number = seconds.short,
  ): Promise<Outcome<Res>> => E.mapLeft(refusalOf)(await channel.unary(to, request, limit))
  const silent = async <Req>(
    to: Call<Req, object>,
    request: Req,
    limit: number = seconds.short,
  ): Promise<Outcome<void>> => E.map(() => undefined)(await call(to, request, limit))
  /** What is already gone is stopped and removed. */
  const idempotent = async (outcome: Promise<Outcome<void>>): Promise<Outcome<void>> => {
    const got = await outcome
    return E.isLeft(got) && got.left.tag === 'NotFound' ? done : got
  }

  return {
    name: 'containerd',
    status: async () => {
      const [version, status] = await Promise.all([call(cri.version, {}), call(cri.status, { verbose: true })])
      if (E.isLeft(version)) return version
      if (E.isLeft(status)) return status
      const { conditions } = status.right.status
      const is = (type: string) => conditions.some(condition => condition.type === type && condition.status)
      return E.right({
        version: `${version.right.name}://${version.right.version.replace(/^v/, '').replace(/~.*/, '')}`,
        ready: is('RuntimeReady'),
        networkReady: is('NetworkReady'),
        message: conditions
          .filter(({ status: fine }) => !fine)
          .map(({ message }) => message)
          .join('; '),
        lacks: limitsBandwidth(status.right.info) ? [] : [unlimitedBandwidth],
        handlers: status.right.handlers.map(({ name, features }) => ({ name, ...features })),
      })
    },

    runSandbox: async config => {
      if (config.bandwidth) {
        const status = await call(cri.status, { verbose: true })
        if (E.isLeft(status)) return status
        if (!limitsBandwidth(status.right.info)) return unsupported(unlimitedBandwidth)
      }
      const request = { config: criSandbox(config), runtimeHandler: config.runtimeHandler }
      return E.map(({ id }: { id: string }) => id)(await call(cri.runPodSandbox, request, seconds.long))
    },
    stopSandbox: id => idempotent(silent(cri.stopPodSandbox, { id }, seconds.long)),
    removeSandbox: id => idempotent(silent(cri.removePodSandbox, { id }, seconds.long)),
    sandboxes: () => states.sandboxes(),

    createContainer: async (sandboxId, config) => {
      const request = { sandboxId, config: criContainer(config), sandbox: criSandbox(config.sandbox) }
      return E.map(({ id }: { id: string }) => id)(await call(cri.createContainer, request, seconds.long))
    },
    startContainer: id => silent(cri.startContainer, { id }, seconds.long),
    stopContainer: (id, timeoutSeconds) => {
      const timeout = wholeSeconds(timeoutSeconds)
      return idempotent(silent(cri.stopContainer, { id, timeout }, timeout + seconds.long))
    },
    updateContainer: (id, resources) => silent(cri.updateContainerResources, { id, resources }),
    removeContainer: id => idempotent(silent(cri.removeContainer, { id }, seconds.long)),
    containers: () => states.containers(),
    container: id => states.container(id),
    stats: async () =>
      E.map(({ stats }: { stats: readonly Stats[] }) => stats.map(statsOf))(await call(cri.listContainerStats, {})),
    reopenLog: id => silent(cri.reopenContainerLog, { id }),

    execSync: (id, command, timeoutSeconds) =>
      // The runtime ends the command itself, in whole seconds and once all its pipes are closed: the time is our own to keep.
      withinSeconds(
        clock,
        timeoutSeconds,
        call(
          cri.execSync,
          { id, command, timeout: wholeSeconds(timeoutSeconds) },
          timeoutSeconds > 0 ? timeoutSeconds + 10 : forEver,
        ),
      ),
    exec: async (id, { command, stdin, stdout, stderr, tty }) => {
      const got = await call(cri.exec, { id, command, stdin, stdout, stderr: stderr && !tty, tty })
      return E.isLeft(got) ? got : openStreams(got.right.url, { stdin, stdout, stderr, tty })
    },
    attach: async (id, { stdin, stdout, stderr, tty }) => {
      const got = await call(cri.attach, { id, stdin, stdout, stderr: stderr && !tty, tty })
      return E.isLeft(got) ? got : openStreams(got.right.url, { stdin, stdout, stderr, tty })
    },
    portForward: async (id, port) => {
      const got = await call(cri.portForward, { id, ports: [port] })
      return E.isLeft(got) ? got : openPort(got.right.url, port)
    },

    imageStatus: async image => {
      const got = await call(cri.imageStatus, { image: { image } })
      return E.map(({ image: found }: { image: Image | undefined }) => found && imageStateOf(found))(got)
    },
    pullImage: async (image, auth) => {
      const name = parseImageName(image)
      if (E.isLeft(name)) return pullFailed(name.left, true)
      const got = await channel.unary(cri.pullImage, { image: { image }, auth }, seconds.pull)
      return E.isLeft(got) ? E.left(pullRefusalOf(got.left)) : E.right(got.right.imageRef)
    },
    images: async () =>
      E.map(({ images }: { images: readonly Image[] }) => images.map(imageStateOf))(await call(cri.listImages, {})),
    removeImage: image => idempotent(silent(cri.removeImage, { image: { image } })),
    mountImage: mounted.mount,
    unmountImage: mounted.unmount,

    events: signal => {
      if (!following) followEvents(channel, states, clock, hub.publish, closing.signal)
      following = true
      return hub.subscribe(signal)
    },
    close: async () => {
      closing.abort()
      hub.close()
      mounted.close()
      channel.close()
    },
  }
}

type Image = Parameters<typeof imageStateOf>[0]

interface Stats {
  readonly attributes: { readonly id: string }
  readonly cpu: { readonly value: { readonly value: number } }
  readonly memory: { readonly value: { readonly value: number } }
}

const statsOf = ({ attributes, cpu, memory }: Stats) => ({
  containerId: attributes.id,
  cpuNanoseconds: cpu.value.value,
  workingSetBytes: memory.value.value,
})
