import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { RuntimeRefusal } from './container-runtime.ts'

/** What every method of a runtime answers, without its promise. */
export type Outcome<A> = Either<RuntimeRefusal, A>

export const done: Outcome<void> = E.right(undefined)

export const notFound = (what: 'container' | 'sandbox' | 'image', id: string): Outcome<never> =>
  E.left({ tag: 'NotFound', message: `${what} "${id}" not found` })

export const unsupported = (message: string): Outcome<never> => E.left({ tag: 'Unsupported', message })

export const failed = (message: string): Outcome<never> => E.left({ tag: 'Failed', message })

export const timedOut = (message: string): Outcome<never> => E.left({ tag: 'Timeout', message })

export const unavailable = (message: string): Outcome<never> => E.left({ tag: 'Unavailable', message })

export const pullFailed = (message: string, invalidName = false): Outcome<never> =>
  E.left({ tag: 'PullFailed', message, invalidName })
