import { assertNever } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import type { MomentRefusal } from './moment.ts'
import type { ForgottenKind } from './remembered-cut.ts'

/** What a client of the API is told when a moment cannot be looked at. */
export const refusalOfMoment = (refusal: MomentRefusal): Refusal => {
  switch (refusal.tag) {
    case 'Gone':
      return { tag: 'Expired', message: `the log begins at ${refusal.first}: what was before is gone` }
    case 'Future':
      return { tag: 'BadRequest', message: `the log ends at ${refusal.last}: that moment has not come yet` }
    case 'Unavailable':
      return { tag: 'ServiceUnavailable', message: refusal.message, retryAfterSeconds: 1 }
    default:
      return assertNever(refusal)
  }
}

/** What a client is told who asks for the past of a kind from before it can be read. */
export const refusalOfForgotten = ({ message }: ForgottenKind): Refusal => ({ tag: 'Expired', message })
