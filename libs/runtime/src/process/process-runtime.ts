import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { E, systemClock } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { ContainerRuntime, SandboxState } from '../container-runtime.ts'
import { eventHub } from '../event-hub.ts'
import { lastGrace } from '../last-grace.ts'
import { done, failed, notFound, unsupported } from '../refusals.ts'
import type { Outcome } from '../refusals.ts'
import { findChangeRoot } from './change-root.ts'
import type { ChangeRoot } from './change-root.ts'
import { imageStore } from './image-store.ts'
import { hasProgram } from './inside-root.ts'
import { processContainers } from './process-containers.ts'
import { runBeside, streamBeside } from './process-exec.ts'
import { figuresOf } from './process-figures.ts'
import { records } from './records.ts'
import type { ContainerRecord, SandboxRecord } from './records.ts'
import { alwaysLacking, unsupportedSandbox } from './unsupported-here.ts'

/** Where plain processes as pods have their files. */
export interface ProcessOptions {
  /** Directory for images, containers' files and records; one process at a time may use it. */
  readonly root: string
  /** Pulls of these registries go to `endpoint` instead. */
  readonly mirror?: { readonly endpoint: string; readonly registries: readonly string[] }
  /** Only this way to change the root directory; left out: the best that works here. */
  readonly changeRoot?: ChangeRoot['name']
  readonly clock?: Clock
}

/**
 * Containers as plain processes, for machines where namespaces or cgroups may not be used: files of the same OCI images
 * through chroot (as root) or proot. What that cannot give is refused with `Unsupported` and listed in `status().lacks`.
 */
export const processRuntime = (options: ProcessOptions): ContainerRuntime => {
  const { mirror } = options
  const clock = options.clock ?? systemClock
  mkdirSync(options.root, { recursive: true })
  const hub = eventHub()
  const images = imageStore(join(options.root, 'images'), registry =>
    mirror?.registries.includes(registry) ? mirror.endpoint : undefined,
  )
  const sandboxes = records<SandboxRecord>(join(options.root, 'sandboxes'))
  const kept = records<ContainerRecord>(join(options.root, 'containers'))
  const changeRoot = findChangeRoot(options.changeRoot)
  const containers = processContainers({ clock, images, containers: kept, changeRoot, publish: hub.publish })

  const setReady = (id: string, ready: boolean): void => {
    const sandbox = sandboxes.get(id)
    if (!sandbox || sandbox.state.ready === ready) return
    sandboxes.put(id, { ...sandbox, state: { ...sandbox.state, ready } })
    hub.publish({ sandboxId: id })
  }
  const stopSandbox = async (id: string): Promise<Outcome<void>> => {
    await Promise.all(containers.of(id).map(container => containers.stop(container, 0)))
    setReady(id, false)
    return done
  }
  /** The command line that runs beside a container's process, or why it cannot. */
  const beside = async (id: string, command: readonly string[]) => {
    const found = containers.running(id)
    if (E.isLeft(found)) return found
    const { record, process } = found.right
    const { launch, env } = record
    const [program = ''] = command
    if (!hasProgram(launch.root, program, env['PATH'] ?? '', launch.directory))
      return failed(`failed to exec in container: exec: "${program}": executable file not found in $PATH`)
    const way = (await changeRoot)!
    return E.right({ argv: way.beside({ ...launch, command }, process.pid), env })
  }

  return {
    name: 'process',
    status: async () => {
      const way = await changeRoot
      return E.right({
        version: 'process://1',
        ready: way !== undefined,
        networkReady: true,
        message: way ? '' : 'plain processes need another root directory: run as root, or install proot',
        lacks: [...alwaysLacking, ...(way?.lacks ?? ['containers cannot be started'])],
      })
    },
    runSandbox: async config => {
      const cannot = unsupportedSandbox(config)
      if (cannot !== undefined) return unsupported(cannot)
      const { pod } = config
      for (const { state } of sandboxes.all())
        if (state.pod.uid === pod.uid && state.pod.attempt === pod.attempt)
          return failed(`sandbox of pod ${pod.namespace}/${pod.name} (attempt ${pod.attempt}) exists as "${state.id}"`)
      const id = randomBytes(32).toString('hex')
      const { labels, annotations } = config
      const state: SandboxState = { id, pod, ready: true, ips: [], createdAt: clock.now(), labels, annotations }
      sandboxes.put(id, { state, config })
      hub.publish({ sandboxId: id })
      return E.right(id)
    },
    stopSandbox,
    removeSandbox: async id => {
      await stopSandbox(id)
      await Promise.all(containers.of(id).map(containers.remove))
      await sandboxes.remove(id)
      hub.publish({ sandboxId: id })
      return done
    },
    sandboxes: async () => E.right(sandboxes.all().map(({ state }) => state)),

    createContainer: async (sandboxId, config) => {
      const sandbox = sandboxes.get(sandboxId)
      return sandbox ? containers.create(sandbox, config) : notFound('sandbox', sandboxId)
    },
    startContainer: containers.start,
    stopContainer: containers.stop,
    updateContainer: async (id, { memoryLimitBytes }) =>
      memoryLimitBytes > 0
        ? unsupported('plain processes have no memory limit')
        : E.map(() => undefined)(containers.running(id)),
    removeContainer: containers.remove,
    containers: async () => E.right(kept.all().map(({ state }) => state)),
    container: async id => {
      const record = kept.get(id)
      return record ? E.right(record.state) : notFound('container', id)
    },
    stats: async () => {
      const running = kept.all().flatMap(({ state, pid }) => (pid ? [{ containerId: state.id, pid }] : []))
      const figures = figuresOf(running.map(({ pid }) => pid))
      return E.right(running.map(({ containerId, pid }) => ({ containerId, ...figures.get(pid)! })))
    },
    reopenLog: async id =>
      E.map(({ process }: { process: { log: { reopen(): void } } }) => process.log.reopen())(containers.running(id)),

    execSync: async (id, command, timeoutSeconds) => {
      const found = await beside(id, command)
      return E.isLeft(found) ? found : runBeside(found.right.argv, found.right.env, timeoutSeconds)
    },
    exec: async (id, request) => {
      const found = await beside(id, request.command)
      return E.isLeft(found) ? found : E.right(streamBeside(found.right.argv, found.right.env, request))
    },
    attach: async (id, request) => {
      const found = containers.running(id)
      if (E.isLeft(found)) return found
      const { process, record } = found.right
      const { stdout, stderr } = process.follow()
      if (!request.stdout) stdout.resume()
      if (!request.stderr) stderr.resume()
      const ended = process.ended.then(({ exitCode }) => E.right({ exitCode }))
      return E.right({
        stdin: request.stdin && process.stdin ? attachedInput(process.stdin, record.config.stdinOnce) : undefined,
        stdout: request.stdout ? stdout : undefined,
        stderr: request.stderr ? stderr : undefined,
        resize: () => undefined,
        exit: ended,
        close: () => {
          stdout.destroy()
          stderr.destroy()
        },
      })
    },
    portForward: async (sandboxId, port) => {
      if (!sandboxes.get(sandboxId)) return notFound('sandbox', sandboxId)
      return new Promise(resolve => {
        const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
        socket.once('connect', () => resolve(E.right(socket)))
        socket.once('error', error => resolve(failed(`failed to connect to localhost:${port}: ${error.message}`)))
      })
    },

    imageStatus: async image => E.right(images.find(image)?.state),
    pullImage: images.pull,
    images: async () => E.right(images.list().map(({ state }) => state)),
    removeImage: async image => {
      await images.remove(image)
      return done
    },
    mountImage: async () => unsupported('plain processes cannot mount images as volumes'),
    unmountImage: async () => done,
    events: signal => hub.subscribe(signal),
    close: async () => {
      await Promise.all(kept.all().map(({ state }) => containers.stop(state.id, lastGrace(state, longestGraceSeconds))))
      hub.close()
    },
  }
}

/** Of what is left when the runtime closes; its own process is given little longer. */
const longestGraceSeconds = 5

/** The container's own input, without its end unless the container takes one client only. */
const attachedInput = (stdin: NodeJS.WritableStream, once: boolean): NodeJS.WritableStream =>
  once
    ? stdin
    : new Writable({
        write: (chunk: Buffer, _encoding, callback) => {
          stdin.write(chunk)
          callback()
        },
      })
