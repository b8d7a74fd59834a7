import assert from 'node:assert/strict'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { ContainerConfig, SandboxConfig } from '../configuration.ts'
import type { ContainerRuntime, ContainerState } from '../container-runtime.ts'
import type { Outcome } from '../refusals.ts'
import { containerConfig, sandboxConfig } from './configs.ts'

/** What an adapter says that it can do. */
export interface Capabilities {
  /** Commands run: exit codes, logs, exec, attach, port forwarding. */
  readonly processes: boolean
  /** A pod has an address of its own. */
  readonly ownAddress: boolean
  /** Containers see their own processes only, unless they are told to see another's. */
  readonly processNamespaces: boolean
  /** Memory is limited, and going over it is OOMKilled. */
  readonly memoryLimit: boolean
  /** Images are shown as directories. */
  readonly mountsImages: boolean
}

/** A runtime to be tested and what it may use; the suite leaves no sandbox behind. */
export interface RuntimeHarness {
  readonly runtime: ContainerRuntime
  /** An image with busybox that a pull finds. */
  readonly image: string
  /** A well-formed name that no registry knows. */
  readonly missingImage: string
  /** Directory for the pods' logs. */
  readonly logRoot: string
  stop(): Promise<void>
}

/** What the tests of one adapter share: the running harness and ways to put containers on it. */
export interface Stage {
  readonly can: Capabilities
  readonly harness: RuntimeHarness
  readonly runtime: ContainerRuntime
  /** A sandbox's config whose pod is used by no other test. */
  sandbox(config?: Partial<SandboxConfig>): SandboxConfig
  /** Makes and starts a container in a sandbox of its own. */
  running(script: string, config?: Partial<ContainerConfig>): Promise<Running>
  /** Resolves with its state as soon as that satisfies the condition, woken by the runtime's own events. */
  until(id: string, condition: (state: ContainerState) => boolean): Promise<ContainerState>
}

export interface Running {
  readonly sandboxId: string
  readonly id: string
  /** The log file. */
  readonly log: string
  readonly sandbox: SandboxConfig
}

export const right = <A>(outcome: Outcome<A>): A => {
  if (E.isLeft(outcome)) assert.fail(`refused: ${JSON.stringify(outcome.left)}`)
  return outcome.right
}

export const refused = (outcome: Outcome<unknown>): string => {
  if (E.isRight(outcome)) assert.fail(`not refused: ${JSON.stringify(outcome.right)}`)
  return outcome.left.tag
}

export const stage = (can: Capabilities, start: () => Promise<RuntimeHarness>): Stage => {
  let harness: RuntimeHarness | undefined
  let pods = 0
  const made = (): RuntimeHarness => harness ?? assert.fail('the harness did not start')
  const sandbox = (config: Partial<SandboxConfig> = {}): SandboxConfig => {
    const name = `pod-${pods++}`
    return sandboxConfig({ name, logDirectory: join(made().logRoot, name), ...config })
  }

  before(async function () {
    // The first time, packages are installed and images built.
    this.timeout(300_000)
    harness = await start()
    right(await harness.runtime.pullImage(harness.image))
  })
  afterEach(async () => {
    for (const { id } of right(await made().runtime.sandboxes())) {
      right(await made().runtime.stopSandbox(id))
      right(await made().runtime.removeSandbox(id))
    }
  })
  after(async () => {
    await harness?.runtime.close()
    await harness?.stop()
  })

  return {
    can,
    get harness() {
      return made()
    },
    get runtime() {
      return made().runtime
    },
    sandbox,
    running: async (script, config = {}) => {
      const { runtime, image } = made()
      const of = config.sandbox ?? sandbox()
      const sandboxId = right(await runtime.runSandbox(of))
      const container = containerConfig({ sandbox: of, image, command: ['sh', '-c', script], ...config })
      const id = right(await runtime.createContainer(sandboxId, container))
      right(await runtime.startContainer(id))
      return { sandboxId, id, sandbox: of, log: join(of.logDirectory, container.logPath) }
    },
    until: async (id, condition) => {
      const { runtime } = made()
      const abort = new AbortController()
      const hints = runtime.events(abort.signal)[Symbol.asyncIterator]()
      try {
        for (;;) {
          const next = hints.next()
          const state = right(await runtime.container(id))
          if (condition(state)) return state
          await next
        }
      } finally {
        abort.abort()
        await hints.return?.()
      }
    },
  }
}

/** All bytes of a stream as text. */
export const textOf = async (stream: NodeJS.ReadableStream | undefined): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream ?? []) chunks.push(Buffer.from(chunk as Buffer))
  return Buffer.concat(chunks).toString()
}
