import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { runTool } from './run-tool.ts'

/** A network that is reached through another host of the same segment. */
export interface Route {
  /** Such as `10.244.3.0/24`. */
  readonly network: string
  readonly via: string
}

/** What must change for the kernel to have these routes, and no others of ours. */
const routeChanges = (
  present: readonly Route[],
  wanted: readonly Route[],
): { readonly replace: readonly Route[]; readonly remove: readonly Route[] } => {
  const isIn = (routes: readonly Route[], { network, via }: Route): boolean =>
    routes.some(route => route.network === network && route.via === via)
  return {
    replace: wanted.filter(route => !isIn(present, route)),
    remove: present.filter(({ network }) => !wanted.some(route => route.network === network)),
  }
}

/** One line of iproute2's JSON; a network of one address comes without its length. */
const isRoute = (value: unknown): value is { readonly dst: string; readonly gateway: string } => {
  const { dst, gateway } = (value ?? {}) as { readonly dst?: unknown; readonly gateway?: unknown }
  return typeof dst === 'string' && typeof gateway === 'string'
}

/**
 * Makes the kernel's routes as wanted. Ours are known by `protocol`, a number of rtnetlink(7) that nobody else on the machine uses;
 * all others are left alone. Left: one line that says what the kernel refused.
 */
export const applyRoutes = async (protocol: number, wanted: readonly Route[]): Promise<Either<string, void>> => {
  const ours = ['proto', String(protocol)]
  const listed = await runTool('ip', ['-4', '-json', 'route', 'show', ...ours])
  if (listed.code !== 0) return E.left(`ip route: ${listed.stderr.trim()}`)
  const present = (JSON.parse(listed.stdout || '[]') as readonly unknown[])
    .filter(isRoute)
    .map(({ dst, gateway }) => ({ network: dst.includes('/') ? dst : `${dst}/32`, via: gateway }))
  const { replace, remove } = routeChanges(present, wanted)
  const steps = [
    ...remove.map(({ network }) => ['route', 'del', network, ...ours]),
    ...replace.map(({ network, via }) => ['route', 'replace', network, 'via', via, ...ours]),
  ]
  for (const step of steps) {
    const ran = await runTool('ip', step)
    if (ran.code !== 0) return E.left(`ip ${step.join(' ')}: ${ran.stderr.trim()}`)
  }
  return E.right(undefined)
}
