import type { Begun } from '../plan/action.ts'

/** How far a pod's volumes have come, as the effects on them end. */
export interface VolumeState {
  /** They are there. */
  readonly ready: boolean
  /** What they are made of has changed since they were. */
  readonly stale: boolean
  /** Nothing of them is left. */
  readonly tornDown: boolean
  changed(): void
  begun(action: Begun): void
  succeeded(action: Begun): void
  failed(action: Begun): void
}

export const volumeState = (): VolumeState => {
  let ready = false
  let stale = false
  let tornDown = false
  return {
    get ready() {
      return ready
    },
    get stale() {
      return stale
    },
    get tornDown() {
      return tornDown
    },
    changed: () => void (stale = true),
    begun: ({ tag }) => {
      if (tag === 'PrepareVolumes') stale = false
    },
    succeeded: ({ tag }) => {
      if (tag === 'PrepareVolumes') ready = true
      if (tag === 'TearDown') tornDown = true
    },
    failed: ({ tag }) => {
      if (tag === 'PrepareVolumes' && ready) stale = true
    },
  }
}
