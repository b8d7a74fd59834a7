import type { SandboxState } from '@periplus/runtime'
import type { Pod } from '@periplus/kinds'
import { appContainersOf, ephemeralContainersOf } from './containers.ts'
import type { Observed } from './observed.ts'
import { planContainer } from './one-container.ts'
import { together } from './steps.ts'
import type { Steps } from './steps.ts'

export const planAppContainers = (pod: Pod, observed: Observed, sandbox: SandboxState, now: number): Steps =>
  together(
    ...ephemeralContainersOf(pod).map(c => planContainer(pod, observed, sandbox, c, 'ephemeral', now)),
    ...appContainersOf(pod).map(c => planContainer(pod, observed, sandbox, c, 'app', now)),
  )
