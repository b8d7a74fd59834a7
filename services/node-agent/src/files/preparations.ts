/** Preparations of pods' volumes, which the ends of their pods cut short. */
export interface Preparations {
  /** The signal tells `work` that nobody needs what it prepares any more. */
  run<A>(uid: string, work: (signal: AbortSignal) => Promise<A>): Promise<A>
  /** Resolves when none of the pod's is under way. */
  end(uid: string): Promise<void>
}

export const preparations = (): Preparations => {
  const underWay = new Map<string, Map<AbortController, Promise<unknown>>>()
  return {
    run: async (uid, work) => {
      const ofPod = underWay.get(uid) ?? new Map<AbortController, Promise<unknown>>()
      underWay.set(uid, ofPod)
      const controller = new AbortController()
      const done = work(controller.signal)
      ofPod.set(controller, done)
      try {
        return await done
      } finally {
        ofPod.delete(controller)
        if (ofPod.size === 0) underWay.delete(uid)
      }
    },
    end: async uid => {
      const ofPod = [...(underWay.get(uid) ?? [])]
      for (const [controller] of ofPod) controller.abort()
      await Promise.allSettled(ofPod.map(([, done]) => done))
    },
  }
}
