import type { Clock } from '@periplus/prelude'
import { waking } from '@periplus/controller'
import type { Controller, Key } from '@periplus/controller'
import type { MutableCut } from '@periplus/projection'

/** A key that something has woken, and of which no decision of the live controller is known since. */
export interface WokenKey {
  readonly controller: Controller
  readonly key: Key
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** The keys that controllers would look at. */
export interface WokenKeys {
  /** Whether it was woken; it is not from then on. */
  decided(controller: string, key: Key): boolean
  /** As a timer does, `at` that time. */
  wake(woken: WokenKey): void
  /** Takes those that were woken before a time. */
  takeBefore(at: number): readonly WokenKey[]
  stop(): void
}

const identityOf = (controller: string, { namespace, name }: Key): string => `${controller} ${namespace}/${name}`

/** Which keys the controllers' own watches wake while a cut goes on, from now on. */
export const wokenKeys = (
  controllers: readonly Controller[],
  { cut, clock, onBug }: { readonly cut: MutableCut; readonly clock: Clock; readonly onBug: (error: unknown) => void },
): WokenKeys => {
  const woken = new Map<string, WokenKey>()
  const wake = (one: WokenKey): void => {
    const identity = identityOf(one.controller.name, one.key)
    if (!woken.has(identity)) woken.set(identity, one)
  }
  const wakings = controllers.map(controller =>
    waking(controller, {
      ...{ cut, clock, onMissed: () => undefined, onBug: (_, error) => onBug(error) },
      queue: { add: key => wake({ controller, key, at: clock.now() }) },
    }),
  )
  const unsubscribe = cut.subscribe(changes => {
    for (const one of wakings) one.changed(changes)
  })
  return {
    decided: (controller, key) => woken.delete(identityOf(controller, key)),
    wake,
    takeBefore: at => {
      const due = [...woken].filter(([, one]) => one.at < at)
      for (const [identity] of due) woken.delete(identity)
      return due.map(([, one]) => one)
    },
    stop: () => {
      unsubscribe()
      for (const one of wakings) one.stop()
    },
  }
}
