import { execFile } from 'node:child_process'
import { mkdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { answering, grpcStatus, serveGrpc } from '@periplus/grpc'
import type { Answering, GrpcRefusal } from '@periplus/grpc'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { calls, capabilityNumbers } from '../messages.ts'
import type { CsiCapability, Texts } from '../csi-node.ts'

const run = promisify(execFile)

/** A call that a driver was asked. */
export interface AskedCall {
  readonly method: string
  readonly request: Readonly<Record<string, unknown>>
}

/** How a driver of tests is to be. */
export interface ExampleDriverOptions {
  readonly name: string
  /** Where it serves CSI. */
  readonly socket: string
  /** Where it is registered: below a node's `plugins_registry`. Default: nowhere. */
  readonly registration?: string
  /** Directory in which each volume is a directory. */
  readonly data: string
  readonly nodeId?: string
  readonly mostVolumes?: number
  readonly segments?: Texts
  readonly capabilities?: readonly CsiCapability[]
  readonly versions?: readonly string[]
  /** What becomes of a call instead of what is right; `never`: it is not answered. */
  readonly instead?: (call: AskedCall) => GrpcRefusal | 'never' | undefined
}

/** A driver at work. */
export interface ExampleDriver {
  /** All that it was asked, oldest first. */
  readonly asked: readonly AskedCall[]
  /** What it was told of its registration: an empty text, or why not. */
  readonly told: readonly string[]
  /** Resolves when it has been asked so. */
  when(is: (call: AskedCall) => boolean): Promise<AskedCall>
  close(): Promise<void>
}

/** Of a loop device, which may be nothing. */
const anyDevice = ['7', '0'] as const

const done: Either<GrpcRefusal, object> = E.right({})

/** A driver whose volumes are directories, which it shows by mounting them (`mount --bind`): for tests, on a machine that may mount. */
export const exampleDriver = async (options: ExampleDriverOptions): Promise<ExampleDriver> => {
  const { data, capabilities = [], instead = () => undefined } = options
  const asked: AskedCall[] = []
  const told: string[] = []
  const waiting = new Set<() => void>()

  const look = (): void => {
    for (const each of waiting) each()
  }

  const guarded =
    <Req extends object, Res>(method: string, answer: (request: Req) => Promise<Either<GrpcRefusal, Res>>) =>
    async (request: Req): Promise<Either<GrpcRefusal, Res>> => {
      const call = { method, request: request as Readonly<Record<string, unknown>> }
      asked.push(call)
      look()
      const other = instead(call)
      if (other === 'never') return new Promise(() => undefined)
      const answered = other ? E.left(other) : await answer(request)
      look()
      return answered
    }

  const homeOf = async (volumeId: string): Promise<string> => {
    const home = join(data, volumeId)
    await mkdir(home, { recursive: true })
    return home
  }

  const services: readonly Answering[] = [
    answering(
      calls.getInfo,
      guarded('NodeGetInfo', async () =>
        E.right({
          nodeId: options.nodeId ?? 'the-node',
          mostVolumes: options.mostVolumes ?? 0,
          ...(options.segments ? { topology: { segments: options.segments } } : {}),
        }),
      ),
    ),
    answering(
      calls.getCapabilities,
      guarded('NodeGetCapabilities', async () =>
        E.right({ capabilities: capabilities.map(name => ({ rpc: { type: capabilityNumbers[name] } })) }),
      ),
    ),
    answering(
      calls.stage,
      guarded('NodeStageVolume', async () => done),
    ),
    answering(
      calls.unstage,
      guarded('NodeUnstageVolume', async () => done),
    ),
    answering(
      calls.publish,
      guarded('NodePublishVolume', async ({ volumeId, targetPath, readOnly, capability }) => {
        if (capability.block) {
          await rm(targetPath, { force: true })
          await run('mknod', [targetPath, 'b', ...anyDevice])
          return done
        }
        await mkdir(targetPath, { recursive: true })
        await unmountAll(targetPath)
        await run('mount', ['--bind', await homeOf(volumeId), targetPath])
        if (readOnly) await run('mount', ['-o', 'remount,ro,bind', targetPath])
        return done
      }),
    ),
    answering(
      calls.unpublish,
      guarded('NodeUnpublishVolume', async ({ targetPath }) => {
        await unmountAll(targetPath)
        await rm(targetPath, { force: true }).catch(() => rmdir(targetPath))
        return done
      }),
    ),
    answering(
      calls.expand,
      guarded('NodeExpandVolume', async ({ range }) => E.right({ capacity: range.required })),
    ),
    answering(
      calls.stats,
      guarded('NodeGetVolumeStats', async () =>
        E.right({
          usage: [
            { available: 60, total: 100, used: 40, unit: 1 },
            { available: 6, total: 10, used: 4, unit: 2 },
          ],
        }),
      ),
    ),
  ]
  const registration: readonly Answering[] = [
    answering(
      calls.pluginInfo,
      guarded('GetInfo', async () =>
        E.right({
          type: 'CSIPlugin',
          name: options.name,
          endpoint: options.socket,
          versions: options.versions ?? ['1.0.0'],
        }),
      ),
    ),
    answering(
      calls.notify,
      guarded('NotifyRegistrationStatus', async ({ error }) => {
        told.push(error)
        return done
      }),
    ),
  ]
  const served = await serveGrpc(options.socket, services)
  const registered =
    options.registration === undefined ? undefined : await serveGrpc(options.registration, registration)
  return {
    asked,
    told,
    when: is =>
      new Promise(resolve => {
        const mine = (): void => {
          const found = asked.find(is)
          if (!found) return
          waiting.delete(mine)
          resolve(found)
        }
        waiting.add(mine)
        mine()
      }),
    close: async () => {
      await registered?.close()
      await served.close()
      if (options.registration !== undefined) await rm(options.registration, { force: true })
      await rm(options.socket, { force: true })
    },
  }
}

const unmountAll = async (path: string): Promise<void> => {
  for (;;)
    try {
      await run('umount', [path])
    } catch {
      return
    }
}

/** A refusal for `instead`. */
export const failing = (details: string): GrpcRefusal => ({ code: grpcStatus.INTERNAL, details })
