import { join } from 'node:path'
import { grpcCsiNode, infoRefusal, pluginRefusal, pluginSocket } from '@periplus/csi'
import type { CsiCapability, CsiLimits, CsiNode, CsiNodeInfo, PluginInfo } from '@periplus/csi'
import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { Logger } from '@periplus/service'
import { kubeletDirectory } from '../files/layout.ts'
import type { Layout } from '../files/layout.ts'
import { pluginFolder } from './plugin-folder.ts'

/** A storage driver that is registered on this node. */
export interface CsiDriverHere {
  readonly name: string
  readonly node: CsiNode
  readonly info: CsiNodeInfo
  readonly can: ReadonlySet<CsiCapability>
  /** How the driver names a path of this machine. */
  readonly seen: (path: string) => string
}

/** The storage drivers of this node. */
export interface CsiDrivers {
  /** Refused in the kubelet's words. */
  driver(name: string): Either<string, CsiDriverHere>
  /** Begins to look for them. */
  begin(): void
}

export interface CsiDriversOptions {
  readonly places: Layout
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly log: Logger
  readonly limits?: CsiLimits
  /** Tells the cluster which drivers there are, and keeps what it says of those that are expected; a driver is not taken where that is refused. */
  readonly announce: (drivers: readonly CsiDriverHere[], expected: ReadonlySet<string>) => Promise<Either<string, void>>
  /** Drivers that the cluster knows of, from an agent before this one. */
  readonly announced: () => readonly string[]
  /** There is a driver that was not there. */
  readonly came: () => void
}

/**
 * Finds drivers by their sockets in `plugins_registry`, by the kubelet's registration (v1): asks each for its name and its own socket, that
 * one for the node's id, announces it, and tells it what came of that.
 */
export const csiDrivers = (options: CsiDriversOptions): CsiDrivers => {
  const { places, clock, signal, log, announce } = options
  const registered = new Map<string, CsiDriverHere & { readonly socket: string }>()
  /** Of an agent before this one, and not found again yet. */
  const expected = new Set<string>()
  let announced: Promise<unknown> = Promise.resolve()

  const tell = (): Promise<Either<string, void>> => {
    const told = announced.then(() => announce([...registered.values()], expected))
    announced = told.catch(() => undefined)
    return told.catch((error: unknown) => E.left(String(error)))
  }

  const take = async (socket: string, plugin: PluginInfo): Promise<Either<string, void>> => {
    const refusal = pluginRefusal(plugin)
    if (refusal !== undefined) return E.left(refusal)
    const other = registered.get(plugin.name)
    if (other && other.socket !== socket)
      return E.left(`the driver ${plugin.name} is registered already, by ${other.socket}`)
    const { path, seen } = wayTo(places, plugin.endpoint === '' ? socket : plugin.endpoint)
    const node = grpcCsiNode(path, options.limits)
    const outcome = await meet(node)
    if (E.isLeft(outcome)) {
      node.close()
      return outcome
    }
    registered.get(plugin.name)?.node.close()
    expected.delete(plugin.name)
    registered.set(plugin.name, { name: plugin.name, socket, node, seen, ...outcome.right })
    const told = await tell()
    if (E.isLeft(told)) leave(socket)
    return told
  }

  const leave = (socket: string): boolean => {
    const found = [...registered.values()].find(driver => driver.socket === socket)
    if (!found) return false
    registered.delete(found.name)
    found.node.close()
    return true
  }

  const found = async (path: string): Promise<boolean> => {
    const socket = pluginSocket(path)
    try {
      const plugin = await socket.info()
      // Nobody listens yet, or any more.
      if (E.isLeft(plugin)) return false
      const taken = await take(path, plugin.right)
      const why = E.isLeft(taken) ? taken.left : undefined
      if (why === undefined) log.info('a storage driver is registered', { driver: plugin.right.name })
      else log.warn('a storage driver was not taken', { path, why })
      await socket.notify(why)
      if (why === undefined) options.came()
      return why === undefined
    } catch (error) {
      log.error('a plugin could not be registered', { path, error: String(error) })
      return false
    } finally {
      socket.close()
    }
  }

  signal.addEventListener('abort', () => {
    for (const { node } of registered.values()) node.close()
  })

  return {
    driver: name => {
      const driver = registered.get(name)
      return driver ? E.right(driver) : E.left(`driver name ${name} not found in the list of registered CSI drivers`)
    },
    begin: () => {
      pluginFolder({
        directory: places.pluginRegistry,
        clock,
        signal,
        found,
        gone: path => {
          if (leave(path)) void tell()
        },
      })
      for (const name of options.announced()) if (!registered.has(name)) expected.add(name)
      const cancel = clock.after(patienceMilliseconds, () => {
        expected.clear()
        void tell()
      })
      signal.addEventListener('abort', cancel)
      void tell()
    },
  }
}

/** So long an agent that begins waits for drivers before it says that they are gone. */
const patienceMilliseconds = 30_000

const meet = async (node: CsiNode): Promise<Either<string, Pick<CsiDriverHere, 'info' | 'can'>>> => {
  const info = await node.info()
  if (E.isLeft(info)) return E.left(info.left.message)
  const refusal = infoRefusal(info.right)
  if (refusal !== undefined) return E.left(refusal)
  const can = await node.capabilities()
  return E.isLeft(can) ? E.left(can.left.message) : E.right({ info: info.right, can: can.right })
}

/**
 * Where a driver's socket is, and how it names the machine's paths. A driver in a container has the kubelet's directory where it expects
 * it, so it says `/var/lib/kubelet/...` for what is below the node's root; one that names its socket otherwise sees the machine as it is.
 */
const wayTo = (
  { root }: Layout,
  endpoint: string,
): { readonly path: string; readonly seen: (path: string) => string } =>
  root !== '/' && endpoint.startsWith(`${kubeletDirectory}/`)
    ? {
        path: join(root, endpoint),
        seen: path => (path.startsWith(`${root}/`) ? path.slice(root.length) : path),
      }
    : { path: endpoint, seen: path => path }
