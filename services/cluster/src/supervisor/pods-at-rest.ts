import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pause } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'

/** Has something done while no container of the cluster runs on. */
export type AtRest = <A>(act: () => Promise<A>) => Promise<A>

/** One of cgroups' two interfaces to hold processes still. */
interface Freezer {
  readonly file: string
  readonly frozen: string
  readonly thawed: string
  /** Whether all are still. */
  readonly isStill: () => boolean
}

const freezerOf = (cgroup: string): Freezer | undefined => {
  const [v1, v2] = [join('/sys/fs/cgroup/freezer', cgroup), join('/sys/fs/cgroup', cgroup)]
  if (existsSync(join(v1, 'freezer.state'))) {
    const file = join(v1, 'freezer.state')
    return { file, frozen: 'FROZEN', thawed: 'THAWED', isStill: () => readFileSync(file, 'utf8').trim() === 'FROZEN' }
  }
  if (existsSync(join(v2, 'cgroup.freeze')))
    return {
      file: join(v2, 'cgroup.freeze'),
      ...{ frozen: '1', thawed: '0' },
      isStill: () => /^frozen 1$/m.test(readFileSync(join(v2, 'cgroup.events'), 'utf8')),
    }
  return undefined
}

const lookEvery = 10
/** Whoever is in the middle of a write is still after it. */
const mostLooks = 100

/** Sets going what another one has left still, as it was ended. */
export const wakePods = (cgroup: string): void => {
  const freezer = freezerOf(cgroup)
  if (freezer) writeFileSync(freezer.file, freezer.thawed)
}

/** With all processes of a cgroup held still, as far as this machine can do that: plain processes have no cgroup. They go on after the last of those that rely on it. */
export const podsAtRest = (cgroup: string, clock: Clock): AtRest => {
  let relying = 0
  return async act => {
    const freezer = freezerOf(cgroup)
    if (!freezer) return act()
    relying++
    try {
      writeFileSync(freezer.file, freezer.frozen)
      for (let left = mostLooks; left > 0 && !freezer.isStill(); left--) await pause(clock, lookEvery)
      return await act()
    } finally {
      if (--relying === 0) wakePods(cgroup)
    }
  }
}
