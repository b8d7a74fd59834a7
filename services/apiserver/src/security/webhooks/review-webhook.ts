import { E, pause } from '@periplus/prelude'
import type { Clock, Either, Random } from '@periplus/prelude'
import { readKubeconfig } from '@periplus/service'
import type { ServerAccess } from '@periplus/service'
import type { WebhookClient, WebhookFault } from '@periplus/webhooks'
import { askAgain, notYetAsked } from './asking-again.ts'

/** An object that is asked with, whose answer is one of the same kind. */
export interface Review {
  readonly apiVersion: string
  readonly kind: string
  readonly spec: object
}

/** A server outside that answers reviews; left: why it did not. */
export type ReviewWebhook = (review: Review) => Promise<Either<string, { readonly status?: unknown }>>

export interface ReviewWebhookOptions {
  readonly access: ServerAccess
  readonly client: WebhookClient
  /** Of each time that the server is asked. */
  readonly timeoutMilliseconds: number
  /** Of a question until it is answered, however often it has to be asked. */
  readonly patienceMilliseconds: number
  readonly clock: Clock
  readonly random: Random
}

/** Reviews that wait for their answers at once; more are not asked. */
const mostWaiting = 200
const mostBytes = 1024 * 1024

/** Where a kubeconfig says that reviews are answered. Left: why it says nothing of use. */
export const reviewServer = (path: string): Either<string, ServerAccess> =>
  E.chain((access: ServerAccess) =>
    access.server.startsWith('https://') ? E.right(access) : E.left(`${path}: the server must be asked over https`),
  )(readKubeconfig(path))

/** A question is asked again as `askAgain` has it and ends with its time; whoever asks more than the server answers is told so at once. */
export const reviewWebhook = (options: ReviewWebhookOptions): ReviewWebhook => {
  const { server } = options.access
  const ask = askingWith(options)
  let waiting = 0
  return async review => {
    if (waiting >= mostWaiting)
      return E.left(`Post ${JSON.stringify(server)}: too many questions wait for their answers`)
    waiting++
    try {
      const answer = await answerInTime(ask, review, options)
      return E.isLeft(answer) ? E.left(answer.left.message) : ofItsKind(review, answer.right)
    } finally {
      waiting--
    }
  }
}

type Ask = (review: Review, timeoutMilliseconds: number) => ReturnType<WebhookClient['call']>

const askingWith = ({ access, client }: ReviewWebhookOptions): Ask => {
  const { server, ca, insecure, ...credentials } = access
  const address = { url: server, ...(ca === undefined ? {} : { caBundle: Buffer.from(ca).toString('base64') }) }
  const as = { ...credentials, insecure }
  return (review, timeoutMilliseconds) => {
    const body = [Buffer.from(JSON.stringify(review))]
    return client.call({ address, body, timeoutMilliseconds, mostBytes, as })
  }
}

const answerInTime = async (
  ask: Ask,
  review: Review,
  { timeoutMilliseconds, patienceMilliseconds, clock, random }: ReviewWebhookOptions,
): Promise<Either<WebhookFault, unknown>> => {
  const deadline = clock.now() + patienceMilliseconds
  for (let asked = notYetAsked; ;) {
    const answer = await ask(review, Math.min(timeoutMilliseconds, deadline - clock.now()))
    const again = E.isLeft(answer) ? askAgain(answer.left, asked, random) : undefined
    if (!again || clock.now() + again.afterMilliseconds >= deadline) return answer
    await pause(clock, again.afterMilliseconds)
    asked = again.asked
  }
}

const ofItsKind = ({ apiVersion, kind }: Review, answer: unknown): Either<string, { readonly status?: unknown }> => {
  const given = (answer ?? {}) as Partial<Review> & { readonly status?: unknown }
  return given.apiVersion === apiVersion && given.kind === kind
    ? E.right(given)
    : E.left(`the answer is no ${apiVersion} ${kind}`)
}
