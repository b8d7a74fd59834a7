import type { Flow } from '@periplus/net'

/** Addresses of those who answer, by where clients send datagrams: `ADDRESS:PORT`, or `:PORT` on the node's own addresses. */
export type Datagrams = ReadonlyMap<string, readonly string[]>

/** Flows that go on where no rule would lead them now: to endpoints that went, and past a service that got its first. */
export const staleFlows = (flows: readonly Flow[], datagrams: Datagrams): readonly Flow[] => {
  const stale = flows.filter(({ to, port, answeredBy }) => {
    const own = datagrams.get(`${to}:${port}`)
    const onNode = datagrams.get(`:${port}`)
    // What no rule translated may be for another who listens at a node's port.
    return own ? !own.includes(answeredBy) : onNode !== undefined && to !== answeredBy && !onNode.includes(answeredBy)
  })
  return [...new Map(stale.map(flow => [`${flow.to}:${flow.port} ${flow.answeredBy}`, flow])).values()]
}

export const sameDatagrams = (one: Datagrams | undefined, other: Datagrams): boolean =>
  one?.size === other.size &&
  [...other].every(([key, ips]) => {
    const known = one.get(key)
    return known !== undefined && known.length === ips.length && known.every((ip, i) => ip === ips[i])
  })
