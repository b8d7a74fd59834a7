import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

/** A network of a test's own, which is gone with everything in it when the test ends, however it ends. */
export interface Namespace {
  /** The command line that runs a program in it. */
  readonly prefix: readonly string[]
  readonly pid: number
  run(...command: readonly string[]): string
  close(): Promise<void>
}

/** A network namespace of its own, for tests with real packets. */
export const openNamespace = async (): Promise<Namespace> => {
  // `cat` ends with this process, as its input does.
  const child = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up && echo ready && exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  const { pid = 0 } = child
  const prefix = ['nsenter', `--net=/proc/${pid}/ns/net`]
  return {
    prefix,
    pid,
    run: (...command) => {
      const [program = '', ...args] = [...prefix, ...command]
      const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
      if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`)
      return stdout
    },
    close: async () => {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}
