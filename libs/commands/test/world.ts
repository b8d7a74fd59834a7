import type { Either, Turn } from '@periplus/prelude'
import { E, virtualClock } from '@periplus/prelude'
import { kindRegistry } from '@periplus/api'
import type { Kind, KubernetesObject, ObjectRef, Refusal } from '@periplus/api'
import { kindsAt } from '@periplus/custom'
import { builtinKinds } from '@periplus/kinds'
import { memoryEventLog } from '@periplus/log'
import type { EventLog, MemoryEventLog, Origin } from '@periplus/log'
import { mutableCut } from '@periplus/projection'
import type { MutableCut } from '@periplus/projection'
import { createCommands } from '../src/index.ts'
import type {
  AdmissionPlugin,
  AuthorizeRequester,
  Command,
  GroupCommands,
  Outcome,
  WebhookAdmission,
} from '../src/index.ts'

export const origin: Origin = { actor: 'user:alice', component: 'test', causes: [], correlationId: 'root' }
export const start = Date.parse('2026-01-02T03:04:05.678Z')
export const kinds = kindRegistry(builtinKinds)

/** One process: its own cut, which moves only when told to, over a log that others may share. */
export interface World {
  readonly log: MemoryEventLog
  readonly cut: MutableCut
  readonly commands: GroupCommands
  readonly clock: ReturnType<typeof virtualClock>
  /** Applies everything that the log has. */
  catchUp(): void
  run(command: Command, id?: string): Promise<Either<Refusal, Outcome>>
}

export interface WorldOptions {
  readonly log?: MemoryEventLog
  /** What the commands see of the log, such as one that fails. */
  readonly through?: (log: MemoryEventLog) => EventLog
  readonly admission?: readonly AdmissionPlugin[]
  readonly prefix?: string
  readonly webhooks?: WebhookAdmission
  readonly authorize?: AuthorizeRequester
  readonly turn?: Turn
}

export const world = (options: WorldOptions = {}): World => {
  const log = options.log ?? memoryEventLog()
  const cut = mutableCut()
  const clock = virtualClock(start)
  let ids = 0
  const commands = createCommands({
    cut,
    log: options.through?.(log) ?? log,
    kindsAt,
    admission: options.admission ?? [],
    clock,
    ...(options.webhooks ? { webhooks: options.webhooks } : {}),
    ...(options.authorize ? { authorize: options.authorize } : {}),
    ...(options.turn ? { turn: options.turn } : {}),
    newId: () => `${options.prefix ?? 'id'}-${++ids}`,
  })
  return {
    log,
    cut,
    commands,
    clock,
    catchUp: () => cut.apply(log.slice(cut.sequence + 1)),
    run: (command, id) => commands.execute(command, origin, id),
  }
}

export const kindOf = (group: string, resource: string): Kind => {
  const kind = kinds.stored(group, resource)
  if (!kind) throw new Error(`no kind for ${resource}.${group}`)
  return kind
}

export const object = (fields: unknown): KubernetesObject => fields as KubernetesObject

export const refOf = (group: string, resource: string, namespace: string, name: string): ObjectRef => ({
  group,
  resource,
  namespace,
  name,
})

export const ok = (result: Either<Refusal, Outcome>): Outcome => {
  if (E.isLeft(result)) throw new Error(`refused: ${JSON.stringify(result.left)}`)
  return result.right
}

export const refusal = (result: Either<Refusal, Outcome>): Refusal => {
  if (E.isRight(result)) throw new Error(`not refused: ${JSON.stringify(result.right)}`)
  return result.left
}
