import type { Container, HTTPHeader, Pod, Probe } from '@periplus/kinds'
import { E, boundedMilliseconds } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { ContainerRuntime } from '@periplus/runtime'
import type { ProbeAnswer } from './answer.ts'
import { grpcHealth } from './grpc-health.ts'
import { httpGet } from './http-get.ts'
import { tcpConnect } from './tcp-connect.ts'

export interface ProbeTarget {
  readonly pod: Pod
  readonly container: Container
  readonly containerId: string
  readonly podIp: string
}

/** Makes one probe of a container. */
export type Check = (probe: Probe, target: ProbeTarget) => Promise<ProbeAnswer>

/** Probes over the network and through the runtime, with the kubelet's texts. */
export const check =
  (runtime: ContainerRuntime, clock: Clock): Check =>
  async (probe, { container, containerId, podIp }) => {
    const timeout = boundedMilliseconds(probe.timeoutSeconds ?? 1)
    if (probe.exec) return execCheck(runtime, containerId, probe.exec.command ?? [], timeout)
    if (probe.httpGet) {
      const { host, port, httpHeaders } = probe.httpGet
      const number = portNumber(port, container)
      if (number === undefined) return { tag: 'error', text: `couldn't find port: ${JSON.stringify(port)}` }
      const headers = headersOf(httpHeaders ?? [], 'kube-probe/1.35')
      return httpGet(clock, { action: probe.httpGet, host: host || podIp, port: number, headers, timeout })
    }
    if (probe.tcpSocket) {
      const number = portNumber(probe.tcpSocket.port, container)
      if (number === undefined)
        return { tag: 'error', text: `couldn't find port: ${JSON.stringify(probe.tcpSocket.port)}` }
      return tcpConnect(clock, probe.tcpSocket.host || podIp, number, timeout)
    }
    if (probe.grpc) return grpcHealth(clock, podIp, probe.grpc.port, probe.grpc.service ?? '', timeout)
    return { tag: 'error', text: 'missing probe handler' }
  }

/** A port by its number or by the name that the container gives it. */
export const portNumber = (port: number | string, container: Container): number | undefined => {
  if (typeof port === 'number') return port
  const named = container.ports?.find(({ name }) => name === port)?.containerPort
  if (named !== undefined) return named
  return /^\d+$/.test(port) ? Number(port) : undefined
}

/** Given headers over the usual ones; an empty value takes a usual one away, as in the kubelet. */
export const headersOf = (
  given: readonly HTTPHeader[],
  userAgent: string,
): Readonly<Record<string, string | string[]>> => {
  const values = new Map<string, string[]>()
  for (const { name, value } of given)
    values.set(name.toLowerCase(), [...(values.get(name.toLowerCase()) ?? []), value])
  for (const [name, usual] of [
    ['user-agent', userAgent],
    ['accept', '*/*'],
  ] as const) {
    if (!values.has(name)) values.set(name, [usual])
    else if (values.get(name)?.[0] === '') values.delete(name)
  }
  return Object.fromEntries([...values].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? '') : all]))
}

const longestOutput = 10 * 1024

const execCheck = async (
  runtime: ContainerRuntime,
  containerId: string,
  command: readonly string[],
  timeout: number,
): Promise<ProbeAnswer> => {
  const ran = await runtime.execSync(containerId, command, timeout / 1000)
  if (E.isLeft(ran)) {
    if (ran.left.tag === 'Timeout')
      return {
        tag: 'failure',
        text: `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${timeout / 1000}s`,
      }
    return { tag: 'error', text: ran.left.message }
  }
  const { exitCode, stdout, stderr } = ran.right
  const text = Buffer.concat([stdout, stderr]).subarray(0, longestOutput).toString()
  return { tag: exitCode === 0 ? 'success' : 'failure', text }
}
