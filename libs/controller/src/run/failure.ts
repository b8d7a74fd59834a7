import { formatTime } from '@periplus/api'
import type { Kind, KubernetesObject, Schema, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { Event } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { Controller, Key } from '../controller.ts'
import { recordEvents } from '../events/record-events.ts'

/** The condition by which an object says that a controller fails at it. */
const failureCondition = 'DecisionFailure'

interface Condition {
  readonly type: string
  readonly status: string
  readonly message?: string
}

type WithConditions = Stored<KubernetesObject & { readonly status?: { readonly conditions?: readonly Condition[] } }>

/** What a controller's failures are told people by. */
export interface FailureWords {
  /**
   * For a key whose decision threw, or whose command met a bug: an Event about the key's object, and a condition where its kind has
   * some. `what` names the error and holds nothing of the object.
   */
  failed(cut: Cut, key: Key, what: string, now: number): readonly Command[]
  /** For a change of which the controller could not say whom it concerns: an Event about the object that changed. */
  missed(cut: Cut, object: Stored<KubernetesObject>, what: string, now: number): readonly Command[]
  /** Takes the controller's condition back once it can decide about the object again. */
  recovered(cut: Cut, key: Key): readonly Command[]
}

export const failureWords = ({ name, primary, about }: Controller): FailureWords => {
  const conditioned = hasConditions(primary) && about === undefined
  const said = `controller ${name} `
  const warning = (cut: Cut, now: number, regarding: Stored<KubernetesObject>, message: string): readonly Command[] =>
    recordEvents(cut, now, name, [{ regarding, type: 'Warning', reason: 'InternalError', message }])
  return {
    missed: (cut, object, what, now) => {
      // An Event about an Event would be a change like the one that failed.
      if (object.kind === Event.kind) return []
      const message = `${said}could not say what a change of this object concerns (${what}); it looks at everything again`
      return warning(cut, now, object, message)
    },
    failed: (cut, key, what, now) => {
      const object = about ? about(cut, key) : cut.get(primary, key.namespace, key.name)
      if (!object) return []
      const message = `${said}failed at this object (${what}); it is tried again, more and more seldom`
      const told = warning(cut, now, object, message)
      if (!conditioned || standingFailure(object)?.message === message) return told
      const condition = {
        type: failureCondition,
        status: 'True',
        reason: 'InternalError',
        message,
        lastTransitionTime: formatTime(now),
      }
      return [statusPatch(primary, key, condition), ...told]
    },
    recovered: (cut, key) => {
      const object = conditioned ? cut.get(primary, key.namespace, key.name) : undefined
      if (!object || !standingFailure(object)?.message?.startsWith(said)) return []
      return [statusPatch(primary, key, { $patch: 'delete', type: failureCondition })]
    },
  }
}

const standingFailure = (object: Stored<KubernetesObject>): Condition | undefined => {
  const conditions = (object as WithConditions).status?.conditions
  return Array.isArray(conditions)
    ? (conditions as readonly Condition[]).find(({ type }) => type === failureCondition)
    : undefined
}

const statusPatch = (kind: Kind, { namespace, name }: Key, condition: object): Command => ({
  verb: 'patch',
  kind,
  ref: { group: kind.group, resource: kind.resource, namespace, name },
  subresource: 'status',
  patch: { type: 'strategic', body: { status: { conditions: [condition] } } },
})

const fieldOf = (schema: Schema<unknown> | undefined, name: string) => {
  const shape = schema?.shape
  return shape?.tag === 'struct' && Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined
}

/** Whether the kind has a list of conditions that merges by their type. */
const hasConditions = ({ schema, hasStatus }: Kind): boolean =>
  hasStatus && fieldOf(fieldOf(schema, 'status')?.schema, 'conditions')?.options.mergeKey === 'type'
