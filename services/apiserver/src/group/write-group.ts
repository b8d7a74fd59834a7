import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { KindRegistry, Refusal } from '@periplus/api'
import type { Candidate, GroupCommands, GroupMember, GroupRefusal, Outcome } from '@periplus/commands'
import type { Answer, Call } from '../http/call.ts'
import { originOf } from '../http/call.ts'
import { ok } from '../http/reply.ts'
import type { Authority } from '../ports.ts'
import { attributesOfCommand } from '../request/attributes.ts'
import type { WriteDeps } from '../write/deps.ts'
import { requesterOf } from '../write/requester.ts'
import { untilVisible } from '../write/written.ts'
import { readGroup } from './read-group.ts'
import type { GroupWrite } from './read-group.ts'

/** Where groups are written: `POST /atomic`. */
export const groupPath = '/atomic'

export interface GroupDeps extends Pick<WriteDeps, 'cut' | 'clock' | 'security'> {
  readonly commands: Pick<GroupCommands, 'executeAll'>
  readonly kinds: () => KindRegistry
}

/** Which of the writes was refused, for whoever listed them. */
const refusedHeader = 'periplus-refused-write'

/**
 * Several objects are written as one: all become events, or none. Whoever asks needs the right to each of the writes. Answers what
 * came of each, in their order.
 */
export const writeGroup =
  (deps: GroupDeps) =>
  async (call: Call): Promise<Answer> => {
    const { request, info } = call
    if (request.method !== 'POST')
      return E.left({
        tag: 'MethodNotAllowed',
        target: { group: '', resource: info.path, name: '' },
        action: request.method ?? '',
      })
    const written = await carriedOut(deps, call)
    if (E.isRight(written)) return E.right(ok(written.right))
    const { index, refusal } = written.left
    if (index !== undefined) call.setHeader(refusedHeader, String(index))
    return E.left(refusal)
  }

const carriedOut = async (deps: GroupDeps, call: Call): Promise<Either<GroupRefusal, object>> => {
  const writes = await readGroup(call, deps.kinds())
  if (E.isLeft(writes)) return writes
  const done = await deps.security.deciding(async (authority): Promise<Either<GroupRefusal, readonly Outcome[]>> => {
    for (const [index, write] of writes.right.entries()) {
      const allowed = authority.authorize(call.user, attributesOfCommand(write.command))
      if (E.isLeft(allowed)) return E.left({ index, refusal: allowed.left })
    }
    const members = writes.right.map(write => memberOf(authority, call, write))
    return deps.commands.executeAll(members, originOf(call), undefined, requesterOf(call.user))
  })
  if (E.isLeft(done)) return done
  for (const { warnings = [] } of done.right) warnings.forEach(call.warn)
  const last = done.right.reduce<Outcome | undefined>(later, undefined)
  if (last) await untilVisible(deps.cut, deps.clock, call, last)
  return E.right({ sequence: last?.sequence ?? deps.cut.sequence, writes: done.right.map(shown) })
}

const later = (one: Outcome | undefined, other: Outcome): Outcome | undefined =>
  other.changed && other.sequence > (one?.sequence ?? 0) ? other : one

const shown = ({ object, changed, created = false, deleted }: Outcome): object => ({
  changed,
  created,
  deleted,
  object,
})

const memberOf = (authority: Authority, { user }: Call, write: GroupWrite): GroupMember => ({
  command: write.command,
  ...(write.inPlaceOf === undefined ? {} : { inPlaceOf: write.inPlaceOf }),
  guard: (candidate: Candidate): Refusal | undefined => {
    // What is applied and isn't there is created, which is another right than to patch it.
    if (write.command.verb === 'patch' && candidate.operation === 'create') {
      const allowed = authority.authorize(user, { ...attributesOfCommand(write.command), verb: 'create' })
      if (E.isLeft(allowed)) return allowed.left
    }
    return authority.mayWrite(user, candidate)
  },
})
