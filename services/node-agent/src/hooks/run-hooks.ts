import { request } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { ContainerRuntime } from '@periplus/runtime'
import { headersOf, portNumber } from '../probes/check.ts'
import { isTimeout } from '../probes/dial-error.ts'
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
      const output = Buffer.concat([stdout, stderr]).toString()
      return E.left(
        `Exec lifecycle hook (${goList(command)}) for Container "${container.name}" failed - error: command '${command.join(' ')}' exited with ${exitCode}: ${output}`,
      )
    }
    if (handler.sleep) {
      const seconds = timeoutSeconds > 0 ? Math.min(handler.sleep.seconds, timeoutSeconds) : handler.sleep.seconds
      await new Promise<void>(resolve => clock.after(seconds * 1000, resolve))
      return E.right(undefined)
    }
    if (handler.httpGet) {
      const { scheme = 'HTTP', host, path = '/', port, httpHeaders } = handler.httpGet
      const number = portNumber(port, container)
      if (number === undefined) return E.left(`couldn't find port: ${JSON.stringify(port)}`)
      const address = host || podIp
      const url = `${scheme.toLowerCase()}://${address.includes(':') ? `[${address}]` : address}:${number}${path.startsWith('/') ? path : `/${path}`}`
      return httpHook(url, headersOf(httpHeaders ?? []), timeoutSeconds)
    }
    return E.left('invalid handler')
  },
})

const goList = (command: readonly string[]): string => `[${command.join(' ')}]`

const httpHook = (
  url: string,
  headers: ReturnType<typeof headersOf>,
  timeoutSeconds: number,
): Promise<Either<string, void>> =>
  new Promise(resolve => {
    const send = url.startsWith('https:') ? tlsRequest : request
    const call = send(url, {
      agent: false,
      rejectUnauthorized: false,
      ...(timeoutSeconds > 0 ? { signal: AbortSignal.timeout(timeoutSeconds * 1000) } : {}),
      headers,
    })
    call.on('response', response => {
      response.resume()
      const status = response.statusCode ?? 0
      resolve(status >= 400 ? E.left(`HTTP lifecycle hook answered ${status}`) : E.right(undefined))
    })
    call.on('error', error =>
      resolve(E.left(isTimeout(error) ? `Get "${url}": context deadline exceeded` : `Get "${url}": ${error.message}`)),
    )
    call.end()
  })
