import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { parseSelector, statusOf } from '@periplus/api'
import type { Selector } from '@periplus/api'

/** Why the pods of a target are not known: what is told in an Event, and why the autoscaler is not active. */
export interface NoSelector {
  readonly reason: string
  readonly message: string
  readonly because: string
}

/** Characters that are read at once; who may write a custom object may have its status say a million of them. */
const longest = 32 * 1024

const invalid = (why: string): NoSelector => {
  const message = `couldn't convert selector into a corresponding internal selector object: ${why}`
  return { reason: 'InvalidSelector', message, because: message }
}

/** The selector that the scale of a target has as text. */
export const targetSelector = (text: string): Either<NoSelector, Selector> => {
  if (text === '') {
    const because = "the HPA target's scale is missing a selector"
    return E.left({ reason: 'SelectorRequired', message: 'selector is required', because })
  }
  if (text.length > longest) return E.left(invalid(`it is longer than ${longest} characters`))
  return E.mapLeft((refusal: Parameters<typeof statusOf>[0]) => invalid(statusOf(refusal).message ?? ''))(
    parseSelector(text),
  )
}
