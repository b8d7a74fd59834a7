import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { E, boundedMilliseconds, messageOf } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { ContainerConfig } from '../configuration.ts'
import type { ContainerState, RuntimeEvent } from '../container-runtime.ts'
import { done, failed, notFound, unsupported } from '../refusals.ts'
import type { Outcome } from '../refusals.ts'
import type { ChangeRoot } from './change-root.ts'
import { entered, killInside, signalGroup, startProcess } from './container-process.ts'
import type { ContainerProcess } from './container-process.ts'
import { copyFiles } from './image-store.ts'
import type { ImageStore } from './image-store.ts'
import { accountOf, hasProgram, insideRoot } from './inside-root.ts'
import { logFile } from './log-file.ts'
import { beginningOf } from './process-figures.ts'
import type { ContainerRecord, Records, SandboxRecord } from './records.ts'
import { unsupportedContainer } from './unsupported-here.ts'

export interface ProcessContainers {
  create(sandbox: SandboxRecord, config: ContainerConfig): Promise<Outcome<string>>
  start(id: string): Promise<Outcome<void>>
  stop(id: string, timeoutSeconds: number): Promise<Outcome<void>>
  remove(id: string): Promise<Outcome<void>>
  of(sandboxId: string): readonly string[]
  running(id: string): Outcome<{ readonly record: ContainerRecord; readonly process: ContainerProcess }>
}

export interface ContainerParts {
  readonly clock: Clock
  readonly images: ImageStore
  readonly containers: Records<ContainerRecord>
  readonly changeRoot: Promise<ChangeRoot | undefined>
  readonly publish: (event: RuntimeEvent) => void
}

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export const processContainers = (parts: ContainerParts): ProcessContainers => {
  const { clock, images, containers, publish } = parts
  const processes = new Map<string, ContainerProcess>()

  const change = (id: string, to: Partial<ContainerState>, process?: { pid: number; began: string }): void => {
    const record = containers.get(id)
    if (!record) return
    const { pid: _pid, began: _began, ...rest } = record
    containers.put(id, { ...rest, state: { ...record.state, ...to }, ...process })
    publish({ containerId: id, sandboxId: record.state.sandboxId })
  }
  const exit = (id: string, exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error', message = ''): void =>
    change(id, { state: 'exited', finishedAt: clock.now(), exitCode, reason, message })

  // What a node agent left that did not stop: its processes have lost their output, so they end here.
  for (const { state, launch, pid, began } of containers.all()) {
    if (state.state === 'exited') continue
    if (pid && began === beginningOf(pid)) signalGroup(pid, 'SIGKILL')
    killInside(launch.root)
    // That it was started may have had no room to be written.
    if (state.state === 'running') exit(state.id, 255, 'Unknown')
  }

  const stop = async (id: string, timeoutSeconds: number): Promise<Outcome<void>> => {
    const process = processes.get(id)
    const record = containers.get(id)
    if (!process || !record) return done
    if (timeoutSeconds > 0) process.signal(record.stopSignal)
    else process.kill()
    const cancel = clock.after(boundedMilliseconds(timeoutSeconds), process.kill)
    await process.ended
    cancel()
    return done
  }

  return {
    create: async (sandbox, config) => {
      const { changeRoot } = parts
      const way = await changeRoot
      if (!way) return unsupported('plain processes need another root directory: run as root, or install proot')
      const cannot = unsupportedContainer(config)
      if (cannot !== undefined) return unsupported(cannot)
      const sandboxId = sandbox.state.id
      if (!sandbox.state.ready) return failed(`sandbox "${sandboxId}" is not running`)
      for (const { state } of containers.all())
        if (state.sandboxId === sandboxId && state.name === config.name && state.attempt === config.attempt)
          return failed(`container ${config.name} (attempt ${config.attempt}) exists as "${state.id}"`)
      const image = images.find(config.image)
      if (!image) return notFound('image', config.image)

      const id = randomBytes(32).toString('hex')
      const root = join(containers.directory(id), 'files')
      const account = accountOf(image.files, image.config.User ?? '')
      if (!account) return failed(`unable to find user ${image.config.User}: no matching entries in passwd file`)
      const { security } = config
      const uid = security.runAsUser ?? account.uid
      const command = config.command.length > 0 ? config.command : (image.config.Entrypoint ?? [])
      const args = config.args.length > 0 ? config.args : config.command.length > 0 ? [] : (image.config.Cmd ?? [])
      const env = Object.fromEntries((image.config.Env ?? []).map(entry => splitOnce(entry)))
      for (const { name, value } of config.env) env[name] = value
      const directory = config.workingDirectory || image.config.WorkingDir || '/'
      const state: ContainerState = {
        id,
        sandboxId,
        name: config.name,
        attempt: config.attempt,
        image: config.image,
        imageId: image.state.id,
        state: 'created',
        createdAt: clock.now(),
        startedAt: 0,
        finishedAt: 0,
        exitCode: 0,
        reason: '',
        message: '',
        logPath: posix.join(config.sandbox.logDirectory, config.logPath),
        labels: config.labels,
        annotations: config.annotations,
      }
      const record: ContainerRecord = {
        state,
        config,
        launch: {
          root,
          mounts: config.mounts,
          directory,
          uid,
          gid: security.runAsGroup ?? (security.runAsUser === undefined ? account.gid : 0),
          command: [...command, ...args],
          noNewPrivileges: security.noNewPrivileges,
          marker: join(containers.directory(id), 'started'),
          stage: join(containers.directory(id), 'stage'),
        },
        env: { PATH: defaultPath, HOSTNAME: config.sandbox.hostname, ...env },
        stopSignal: (image.config.StopSignal ?? 'SIGTERM') as NodeJS.Signals,
      }
      try {
        containers.put(id, record)
        await copyFiles(image.files, root)
        mkdirSync(insideRoot(root, directory), { recursive: true })
      } catch (error) {
        // A container with a part of its files is none.
        await containers.remove(id)
        return failed(messageOf(error))
      }
      publish({ containerId: id, sandboxId })
      return E.right(id)
    },

    start: async id => {
      const record = containers.get(id)
      const way = await parts.changeRoot
      if (!record || !way) return notFound('container', id)
      if (record.state.state !== 'created') return failed(`container "${id}" is ${record.state.state}`)
      const { launch, env, config } = record
      const [program = ''] = launch.command
      const refuse = (message: string): Outcome<void> => {
        exit(id, 128, 'StartError', message)
        return failed(message)
      }
      if (!hasProgram(launch.root, program, env['PATH'] ?? defaultPath, launch.directory))
        return refuse(`failed to create containerd task: exec: "${program}": executable file not found in $PATH`)
      const process = await startProcess({
        argv: way.start(launch),
        env,
        stdin: config.stdin,
        log: logFile(record.state.logPath, clock.now),
        traced: way.name === 'proot',
        waits: way.prepare !== undefined,
        root: launch.root,
        directory: join(containers.directory(id), 'pipes'),
      })
      processes.set(id, process)
      const prepared =
        way.prepare && (await process.waiting) ? await way.prepare(launch, process.pid) : E.right(undefined)
      if (E.isLeft(prepared)) {
        process.kill()
        await process.ended
        processes.delete(id)
        return refuse(`failed to create containerd task: ${prepared.left}`)
      }
      process.go()
      const inside = way.name === 'proot' || (await entered(process.pid, launch.root, process.ended))
      if (!inside && !existsSync(launch.marker)) {
        processes.delete(id)
        return refuse(`failed to start: ${(await process.ended).lastWords}`)
      }
      change(id, { state: 'running', startedAt: clock.now() }, { pid: process.pid, began: beginningOf(process.pid) })
      void process.ended.then(({ exitCode }) => {
        processes.delete(id)
        exit(id, exitCode)
      })
      return done
    },

    stop,
    remove: async id => {
      await stop(id, 0)
      const record = containers.get(id)
      await containers.remove(id)
      if (record) publish({ containerId: id, sandboxId: record.state.sandboxId })
      return done
    },
    of: sandboxId =>
      containers
        .all()
        .filter(({ state }) => state.sandboxId === sandboxId)
        .map(({ state }) => state.id),
    running: id => {
      const record = containers.get(id)
      const process = processes.get(id)
      if (!record) return notFound('container', id)
      return process ? E.right({ record, process }) : failed(`container "${id}" is ${record.state.state}`)
    },
  }
}

const splitOnce = (entry: string): [string, string] => {
  const at = entry.indexOf('=')
  return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
}
