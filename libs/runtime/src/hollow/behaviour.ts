import type { ContainerConfig, SandboxConfig } from '../configuration.ts'
import type { ExecResult } from '../container-runtime.ts'

/** How one hollow container lives. Everything left out: it starts at once, runs until stopped, and heeds SIGTERM with exit 0. */
export interface HollowBehaviour {
  /** Milliseconds that `startContainer` takes. */
  readonly startDelay?: number
  /** `createContainer` fails with this text. */
  readonly failCreate?: string
  /** `startContainer` fails with this text; the container is then exited with code 128, reason `StartError`. */
  readonly failStart?: string
  /** It ends by itself, so many milliseconds after its start. */
  readonly ends?: { readonly after: number } & HollowExit
  /** Milliseconds from SIGTERM to the exit; `never` waits for the SIGKILL (exit 137). */
  readonly stopDelay?: number | 'never'
  /** What it exits with when it heeds SIGTERM; default 0. */
  readonly stopExitCode?: number
  /** Answers `execSync`; without it, exec is refused, because nothing runs. */
  readonly execSync?: (command: readonly string[]) => ExecResult
}

/** How a hollow container ends. */
export interface HollowExit {
  readonly exitCode: number
  /** Default `Completed` for 0, else `Error`. */
  readonly reason?: string
  readonly message?: string
}

/** The behaviour of every container, decided when it is created. */
export type Behave = (container: ContainerConfig, sandbox: SandboxConfig) => HollowBehaviour
