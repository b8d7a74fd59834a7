import { collide, hostPortsOf } from '../host-ports.ts'
import { resolvable } from '../plugin.ts'
import type { Filter, Objection } from '../plugin.ts'
import { requestsOf } from '../requests.ts'

export const nodePorts: Filter = {
  name: 'NodePorts',
  alone: true,
  prepare: ({ pod }) => {
    const wanted = hostPortsOf(pod)
    if (wanted.length === 0) return undefined
    return ({ hostPorts }) =>
      wanted.some(port => hostPorts.some(taken => collide(port, taken)))
        ? resolvable("node(s) didn't have free ports for the requested pod ports")
        : undefined
  },
}

/** Every resource that the pod asks for, and a place among the node's pods. */
export const nodeResourcesFit: Filter = {
  name: 'NodeResourcesFit',
  alone: true,
  prepare: ({ pod }) => {
    const asked = [...requestsOf(pod).exact].filter(([, amount]) => amount > 0)
    /** One for all nodes that lack the same: they are counted by it. */
    const objections = new Map<string, Objection>()
    const lackOf = (lacking: readonly string[], possible: boolean): Objection => {
      const name = `${possible} ${lacking.join()}`
      const objection = objections.get(name) ?? { reasons: lacking, unresolvable: !possible }
      objections.set(name, objection)
      return objection
    }
    return ({ allocatable, requested, pods }) => {
      const lacking: string[] = []
      if (pods.length + 1 > (allocatable.get('pods') ?? 0)) lacking.push('Too many pods')
      let possible = true
      for (const [name, amount] of asked) {
        const all = allocatable.get(name) ?? 0
        if (amount <= all - (requested.get(name) ?? 0)) continue
        lacking.push(`Insufficient ${name}`)
        if (amount > all) possible = false
      }
      return lacking.length === 0 ? undefined : lackOf(lacking, possible)
    }
  },
}
