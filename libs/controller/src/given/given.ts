import assert from 'node:assert/strict'
import type { Kind, KubernetesObject } from '@periplus/api'
import type { Command } from '@periplus/commands'
import type { Event } from '@periplus/kinds'
import { seededRandom } from '@periplus/prelude'
import type { Cut } from '@periplus/projection'
import type { Controller, Decision, Key, Moment } from '../controller.ts'
import { difference } from './match.ts'
import { cutOf, startOfTime } from './state.ts'

/** What a command is expected to be: members that aren't named may be anything, as in `difference`. */
export type ExpectedCommand = { readonly verb: Command['verb']; readonly kind: Kind } & Readonly<
  Record<string, unknown>
>

/** What a decision is asked for, given a state. */
export interface When {
  /** Milliseconds since the epoch. Default: an hour after the given objects were created. */
  readonly now?: number
  readonly seed?: number
  readonly refused?: Moment['refused']
}

/** A decision that was taken in a test, and what may be expected of it. */
export interface Then {
  readonly decision: Decision
  /** All commands but those that tell people something, in order. */
  readonly commands: readonly Command[]
  /** `Reason: message` of each Event that is told. */
  readonly told: readonly string[]
  /** Exactly these commands, Events aside. */
  then(...expected: readonly ExpectedCommand[]): Then
  /** Exactly these Events, as `Reason: message`. */
  tells(...expected: readonly (string | RegExp)[]): Then
  why(expected: string | RegExp): Then
  requeuesAfter(milliseconds: number | undefined): Then
}

/** An hour after everything was created: nothing is young any more. */
export const anHourLater = startOfTime + 3_600_000

/**
 * Tests that read as given / when / then: `const given = deciding(controller)`, then
 * `given(replicaSet, pod).when('default/web', { now }).then({ verb: 'create', kind: Pod })`.
 *
 * Objects are given as people write them; identity and creation time are filled in. A key is written `namespace/name`, or
 * `name` for cluster scope.
 */
export const deciding =
  (controller: Controller, kinds: readonly Kind[] = []) =>
  (...objects: readonly KubernetesObject[]) => {
    const cut: Cut = cutOf(objects, kinds)
    return {
      cut,
      when: (key: string | Key, { now = anHourLater, seed = 1, refused }: When = {}): Then =>
        thenOf(
          controller.decide(cut, typeof key === 'string' ? keyFrom(key) : key, {
            now,
            random: seededRandom(seed),
            ...(refused ? { refused } : {}),
            ...(controller.inputs ? { inputs: controller.inputs } : {}),
          }),
        ),
    }
  }

const keyFrom = (text: string): Key => {
  const slash = text.indexOf('/')
  return { namespace: text.slice(0, Math.max(slash, 0)), name: text.slice(slash + 1) }
}

const isEvent = (command: Command): boolean => command.kind.group === '' && command.kind.resource === 'events'

const described = (command: Command): string => {
  if (command.verb === 'create') {
    const { reason, message } = command.object as Event
    return `${reason ?? ''}: ${message ?? ''}`
  }
  return command.verb === 'patch' ? `again: ${(command.patch.body as { message: string }).message}` : command.verb
}

const thenOf = (decision: Decision): Then => {
  const commands = decision.commands.filter(command => !isEvent(command))
  const told = decision.commands.filter(command => isEvent(command) && command.verb !== 'delete').map(described)
  const self: Then = {
    decision,
    commands,
    told,
    then: (...expected) => {
      const wrong = difference(commands, expected)
      if (wrong !== undefined) assert.fail(`${wrong}\n(${decision.why})`)
      return self
    },
    tells: (...expected) => {
      const wrong = difference(told, expected)
      if (wrong !== undefined) assert.fail(wrong)
      return self
    },
    why: expected => {
      if (typeof expected === 'string') assert.equal(decision.why, expected)
      else assert.match(decision.why, expected)
      return self
    },
    requeuesAfter: milliseconds => {
      assert.equal(decision.requeueAfter, milliseconds)
      return self
    },
  }
  return self
}
