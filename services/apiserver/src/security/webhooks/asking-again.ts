import type { Random } from '@periplus/prelude'
import type { WebhookFault } from '@periplus/webhooks'

/** How often a question was asked in vain: at this rule's own pace, and since then at that of the server. */
export interface Asked {
  readonly tries: number
  readonly asTold: number
}

/** A question before its first answer. */
export const notYetAsked: Asked = { tries: 1, asTold: 0 }

/** When to ask again. */
export interface Again {
  readonly afterMilliseconds: number
  readonly asked: Asked
}

const mostTries = 5
const firstWait = 500
const factor = 1.5
const jitter = 0.2
/** How often a server may put off one try, as client-go has it. */
const mostAsTold = 10

/**
 * Whether a review is asked again after a fault, and when, as kube-apiserver asks its webhooks (`DefaultShouldRetry` and
 * `DefaultRetryBackoff` of `k8s.io/apiserver/pkg/util/webhook`): five tries, the first again after half a second, each later after half
 * as long again, and a fifth longer at random. A server that is too busy or in trouble and says for how long is asked then, which
 * is no try of the five until it has said so ten times. A server that cannot be reached, hangs or does not know the question is not
 * asked again.
 */
export const askAgain = (fault: WebhookFault, { tries, asTold }: Asked, random: Random): Again | undefined => {
  const { retryAfterSeconds } = fault
  if (retryAfterSeconds !== undefined && isBusy(fault) && asTold < mostAsTold)
    return { afterMilliseconds: retryAfterSeconds * 1000, asked: { tries, asTold: asTold + 1 } }
  if (!isPassing(fault) || tries >= mostTries) return undefined
  const wait = firstWait * factor ** (tries - 1)
  return { afterMilliseconds: wait + wait * jitter * random(), asked: { tries: tries + 1, asTold: 0 } }
}

const isBusy = ({ status = 0 }: WebhookFault): boolean => status === 429 || status >= 500

/** 503 passes only where the server says when. */
const isPassing = ({ status = 0, retryAfterSeconds = 0, isReset }: WebhookFault): boolean =>
  isReset === true || retryAfterSeconds > 0 || status === 429 || (status >= 500 && status !== 503)
