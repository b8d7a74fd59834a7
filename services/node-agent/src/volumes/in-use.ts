import { refOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Commands } from '@periplus/commands'
import { Node } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import { E, lanes } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { LiveCut } from '@periplus/projection'

export interface InUseOptions {
  readonly nodeName: string
  readonly cut: LiveCut
  readonly commands: Commands
  readonly origin: Origin
}

/** What a node says in `status.volumesInUse`: it is read, changed and written by one at a time. */
export interface VolumesInUse {
  has(name: string): boolean
  /** Resolves when the node's own cut shows it. Refused in words. */
  add(name: string): Promise<Either<string, void>>
  remove(name: string): Promise<Either<string, void>>
}

export const volumesInUse = ({ nodeName, cut, commands, origin }: InUseOptions): VolumesInUse => {
  const inTurn = lanes()
  const node = (): Stored<Node> | undefined => cut.get(Node, '', nodeName)
  const has = (name: string): boolean => node()?.status?.volumesInUse?.includes(name) ?? false

  const write = async (change: (names: readonly string[]) => readonly string[]): Promise<Either<string, void>> => {
    const now = node()
    if (!now) return E.left(`the node ${nodeName} is not registered`)
    const told = await commands.execute(
      {
        verb: 'patch',
        kind: Node,
        ref: refOf(Node, '', nodeName),
        subresource: 'status',
        patch: { type: 'merge', body: { status: { volumesInUse: change(now.status?.volumesInUse ?? []) } } },
      },
      origin,
    )
    if (E.isLeft(told)) return E.left(`the node's status could not be written: ${told.left.tag}`)
    await cut.reached(told.right.sequence)
    return E.right(undefined)
  }

  return {
    has,
    add: name => inTurn.run('', async () => (has(name) ? E.right(undefined) : write(names => [...names, name]))),
    remove: name =>
      inTurn.run('', async () =>
        has(name) ? write(names => names.filter(each => each !== name)) : E.right(undefined),
      ),
  }
}
