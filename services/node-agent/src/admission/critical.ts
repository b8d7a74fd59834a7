import type { Pod } from '@periplus/kinds'
import { isStaticPod } from '../static/manifest.ts'

const systemCritical = 2_000_000_000

/** What the node neither refuses nor evicts for its own shortages: pods of the system's priorities, and those that it runs of its own accord. */
export const isCritical = (pod: Pod): boolean => isStaticPod(pod) || (pod.spec?.priority ?? 0) >= systemCritical
