import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { applyOverlay, gatewayOf, removeOverlay } from './overlay.ts'
import type { Overlay } from './overlay.ts'
import { runTool } from './run-tool.ts'

/** A network that is reached through another host. */
export interface Route {
  /** Such as `10.244.3.0/24`. */
  readonly network: string
  readonly via: string
}

/** As the kernel is to have it: `onDevice`, where the other host is reached over that one, as if it were on it. */
interface KernelRoute extends Route {
  readonly onDevice?: string
}

/** What must change for the kernel to have these routes, and no others of ours. */
const routeChanges = (
  present: readonly KernelRoute[],
  wanted: readonly KernelRoute[],
): { readonly replace: readonly KernelRoute[]; readonly remove: readonly KernelRoute[] } => {
  const isIn = (routes: readonly KernelRoute[], { network, via, onDevice }: KernelRoute): boolean =>
    routes.some(route => route.network === network && route.via === via && route.onDevice === onDevice)
  return {
    replace: wanted.filter(route => !isIn(present, route)),
    remove: present.filter(({ network }) => !wanted.some(route => route.network === network)),
  }
}

interface ListedRoute {
  readonly dst: string
  readonly gateway: string
  readonly dev?: string
}

/** One line of iproute2's JSON; a network of one address comes without its length. */
const isRoute = (value: unknown): value is ListedRoute => {
  const { dst, gateway } = (value ?? {}) as { readonly dst?: unknown; readonly gateway?: unknown }
  return typeof dst === 'string' && typeof gateway === 'string'
}

/** Whether a host is reached through another one; what cannot be reached at all is for the kernel to refuse. */
const isBehindRouter = async (host: string): Promise<boolean> => {
  const { code, stdout } = await runTool('ip', ['-4', '-json', 'route', 'get', host])
  return (
    code === 0 && (JSON.parse(stdout || '[]') as readonly { readonly gateway?: string }[])[0]?.gateway !== undefined
  )
}

/**
 * Makes the kernel's routes as wanted. Ours are known by `protocol`, a number of rtnetlink(7) that nobody else on the machine uses;
 * all others are left alone. Hosts of the same segment are reached as they are; those behind routers, which do not know of pods, by the
 * `overlay`, where there is one. Left: one line that says what was refused; the rest stands.
 */
export const applyRoutes = async (
  protocol: number,
  wanted: readonly Route[],
  overlay?: Overlay,
): Promise<Either<string, void>> => {
  const ours = ['proto', String(protocol)]
  const far = overlay
    ? await Promise.all(wanted.map(async route => ((await isBehindRouter(route.via)) ? [route] : [])))
    : []
  const peers = far.flat()
  const laid = overlay
    ? await applyOverlay(
        overlay,
        peers.map(({ network, via }) => ({ network, host: via })),
      )
    : E.right(undefined)
  // Behind the overlay, as its routes go when its device goes.
  const listed = await runTool('ip', ['-4', '-json', 'route', 'show', ...ours])
  if (listed.code !== 0) return E.left(`ip route: ${listed.stderr.trim()}`)
  const onOverlay = (device: string | undefined) =>
    device !== undefined && device === overlay?.device ? { onDevice: device } : {}
  const present = (JSON.parse(listed.stdout || '[]') as readonly unknown[])
    .filter(isRoute)
    .map(({ dst, gateway, dev }) => ({
      network: dst.includes('/') ? dst : `${dst}/32`,
      via: gateway,
      ...onOverlay(dev),
    }))
  const { replace, remove } = routeChanges(present, [
    ...wanted.filter(route => !peers.includes(route)),
    ...(E.isLeft(laid)
      ? []
      : peers.map(({ network }) => ({ network, via: gatewayOf(network), ...onOverlay(overlay?.device) }))),
  ])
  const steps = [
    ...remove.map(({ network }) => ['route', 'del', network, ...ours]),
    ...replace.map(({ network, via, onDevice }) => [
      ...['route', 'replace', network, 'via', via],
      ...(onDevice === undefined ? [] : ['dev', onDevice, 'onlink']),
      ...ours,
    ]),
  ]
  for (const step of steps) {
    const ran = await runTool('ip', step)
    if (ran.code !== 0) return E.left(`ip ${step.join(' ')}: ${ran.stderr.trim()}`)
  }
  return laid
}

/** Removes what `applyRoutes` has made, the overlay by the name of its device; where there is nothing of it, nothing is done. */
export const removeRoutes = async (protocol: number, device: string): Promise<Either<string, void>> => {
  const removed = await removeOverlay(device)
  if (E.isLeft(removed)) return removed
  const { code, stderr } = await runTool('ip', ['-4', 'route', 'flush', 'proto', String(protocol)])
  // Who has no such program has made no routes.
  return code === 0 || code === 127 ? E.right(undefined) : E.left(`ip route flush: ${stderr.trim()}`)
}
