import { serveJson } from '@periplus/bus'
import type { Bus, Message, Subscription } from '@periplus/bus'
import type { KindRegistry, Refusal } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Command } from '../command.ts'
import type { Commands, Guard } from '../commands.ts'
import { readCommand } from './read-command.ts'
import { readQuestion } from './wire.ts'

/** Who asks on a subject, as the rights to that subject prove it. */
export interface Asker {
  /** Becomes part of its commands' ids, so that nobody can use up an id of somebody else's. */
  readonly id: string
  /** `ce-actor` of what it writes. */
  readonly actor: string
  readonly component: string
  /** Answers go below this and nowhere else: an answer elsewhere would be published with the gateway's rights. */
  readonly inbox: string
  /** Whether it may ask for this; the guard is asked again with what would be written. */
  readonly permit: (command: Command) => Promise<Either<Refusal, { readonly command: Command; readonly guard: Guard }>>
}

/** Whose commands a gateway takes, and how it judges them. */
export interface ServeCommandsOptions {
  readonly bus: Bus
  /** May have wildcards. */
  readonly subject: string
  /** Those of the present. */
  readonly kinds: () => KindRegistry
  readonly commands: Commands
  /** `undefined`: nobody, who is not answered. */
  readonly askerOf: (subject: string) => Asker | undefined
  /** Asked with a subject and a question before that is read; left: it is refused so. Absent: all are read at once. */
  readonly admit?: (subject: string, question: Uint8Array) => Promise<Either<Refusal, () => void>>
  /** Whose questions are passed over, unanswered; absent: nobody's. */
  readonly passesOver?: (subject: string) => boolean
  /** Told of each question of so many bytes that is passed over, or names no place of the asker's for its answer. */
  readonly onUnanswerable?: (subject: string, bytes: number) => void
  /** So many are taken; default all. */
  readonly most?: number
  readonly onError: (error: unknown) => void
}

/** The gateway for those who may not append themselves: the other end of `remoteCommands`. Several share the questions. */
export const serveCommands = (options: ServeCommandsOptions): Subscription => {
  const { bus, subject, kinds, commands, askerOf, admit, passesOver, onUnanswerable, most, onError } = options
  return serveJson(
    bus,
    subject,
    readQuestion,
    async ({ id, command: given, causes, correlationId }, asked) => {
      const asker = askerOf(asked)
      if (!asker) return E.left({ tag: 'Unauthorized', message: 'nobody has this subject' } satisfies Refusal)
      const command = readCommand(given, kinds())
      if (E.isLeft(command)) return command
      const permitted = await asker.permit(command.right)
      if (E.isLeft(permitted)) return permitted
      const { actor, component } = asker
      const origin = { actor, component, causes, correlationId }
      return commands.execute(permitted.right.command, origin, `${asker.id}/${id}`, permitted.right.guard)
    },
    {
      queue: 'commands',
      mayAnswer: ({ subject: asked, reply }) =>
        !passesOver?.(asked) && reply.startsWith(`${askerOf(asked)?.inbox ?? ' '}.`),
      ...(admit ? { admit: ({ subject: asked, data }: Message) => admit(asked, data) } : {}),
      ...(onUnanswerable ? { onUnanswerable: ({ subject: asked, data }) => onUnanswerable(asked, data.length) } : {}),
      ...(most === undefined ? {} : { most }),
      onError,
    },
  )
}
