import { boundedMilliseconds, E, messageOf, pause } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { Container, HTTPGetAction } from '@periplus/kinds'
import type { ContainerRuntime } from '@periplus/runtime'
import { headersOf, portNumber } from '../probes/check.ts'
import { isTimeout } from '../probes/dial-error.ts'
import { getFollowing, urlOf } from '../probes/http-request.ts'
import { withSignal } from '../probes/time-limit.ts'
import type { HookRunner } from './hook-runner.ts'

/** Lifecycle hooks inside containers and over the network. `timeoutSeconds` 0: a hook may take as long as it likes. */
export const hookRunner = (runtime: ContainerRuntime, clock: Clock): HookRunner => ({
  run: async (handler, { container, containerId, podIp }, timeoutSeconds) => {
    if (handler.exec) {
      const command = handler.exec.command ?? []
      const ran = await runtime.execSync(containerId, command, timeoutSeconds)
      if (E.isLeft(ran))
        return E.left(
          `Exec lifecycle hook (${goList(command)}) for Container "${container.name}" failed - error: ${ran.left.message}`,
        )
      const { exitCode, stdout, stderr } = ran.right
      if (exitCode === 0) return E.right(undefined)
      const output = Buffer.concat([stdout, stderr]).subarray(0, longestOutput).toString()
      return E.left(
        `Exec lifecycle hook (${goList(command)}) for Container "${container.name}" failed - error: command '${command.join(' ')}' exited with ${exitCode}: ${output}`,
      )
    }
    if (handler.sleep) {
      const asked = Number(handler.sleep.seconds)
      const seconds = timeoutSeconds > 0 ? Math.min(asked, timeoutSeconds) : asked
      await pause(clock, boundedMilliseconds(seconds))
      return E.right(undefined)
    }
    if (handler.httpGet) return httpHook(clock, handler.httpGet, container, podIp, timeoutSeconds)
    return E.left('invalid handler')
  },
})

/** Of what a hook printed before it failed, this much is told. */
const longestOutput = 1024

const goList = (command: readonly string[]): string => `[${command.join(' ')}]`

/** Any answer will do, as in Kubernetes; a server that speaks plain HTTP where HTTPS is asked for is asked once more. */
const httpHook = async (
  clock: Clock,
  action: HTTPGetAction,
  container: Container,
  podIp: string,
  timeoutSeconds: number,
): Promise<Either<string, void>> => {
  const failed = (error: string): Either<string, void> =>
    E.left(`HTTP lifecycle hook (${action.path ?? ''}) for Container "${container.name}" failed - error: ${error}`)
  const port = portNumber(action.port, container)
  if (port === undefined) return failed(`couldn't find port: ${JSON.stringify(action.port)}`)
  const headers = headersOf(action.httpHeaders ?? [], 'kube-lifecycle/1.35')
  const ask = (asked: HTTPGetAction, signal: AbortSignal) =>
    getFollowing({ url: urlOf(asked, action.host || podIp, port), headers, signal })
  try {
    await withSignal(clock, boundedMilliseconds(timeoutSeconds), signal =>
      ask(action, signal).catch((error: unknown) => {
        if (!speaksPlainHttp(error)) throw error
        return ask({ ...action, scheme: 'HTTP' }, signal)
      }),
    )
    return E.right(undefined)
  } catch (error) {
    const words = messageOf(error)
    return failed(isTimeout(error) ? 'context deadline exceeded' : words)
  }
}

const speaksPlainHttp = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EPROTO' && /wrong version number/.test(error.message)
