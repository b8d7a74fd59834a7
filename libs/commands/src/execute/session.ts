import type { Origin } from '@periplus/log'
import type { Command } from '../command.ts'
import type { Guard } from '../commands.ts'
import { requesterOf } from '../requester.ts'
import type { Requester } from '../requester.ts'
import type { WebhookSession } from '../webhooks/webhook-admission.ts'
import type { Engine } from './engine.ts'

/** What is kept of a command from its first try to its last. */
export interface Session {
  readonly requester: Requester
  readonly webhooks: WebhookSession
  /** Ids for one try: the same ones for every try. */
  readonly newIds: () => () => string
}

/** A command, and who wants it for what. */
export interface Asked {
  readonly command: Command
  readonly origin: Origin
  readonly id: string
  readonly guard: Guard | undefined
  readonly session: Session
}

/** As long as Kubernetes gives a request, unless it is a watch. */
const requestMilliseconds = 60_000

/** For a command that is about to be tried. */
export const sessionOf = ({ newId, clock }: Engine, origin: Origin, requester?: Requester): Session => {
  const ids: string[] = []
  return {
    requester: requester ?? requesterOf(origin),
    webhooks: {
      answers: new Map(),
      conversions: new Map(),
      askedAt: undefined,
      mayAsk: false,
      deadline: clock.now() + requestMilliseconds,
    },
    newIds: () => {
      let next = 0
      return () => (ids[next++] ??= newId())
    },
  }
}
