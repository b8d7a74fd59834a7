import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Applied, Dataplane, DataplaneRefusal } from '../dataplane.ts'
import { nothingHeld } from '../ruleset.ts'
import type { Held, Ruleset } from '../ruleset.ts'
import { nftSession } from './nft-session.ts'
import { runTool } from '../run-tool.ts'
import type { ToolRun } from '../run-tool.ts'
import { replacementOf, transactionOf } from '../transaction.ts'

/** Which table, and how `nft` is called. */
export interface NftablesConfig {
  /** The table's name, of family `ip`; letters, digits, `-` and `_`. */
  readonly table: string
  /** The command line in front of `nft`, such as one that enters a network namespace. Default: none. */
  readonly prefix?: readonly string[]
}

/**
 * The kernel's nftables, through the program `nft`. Rulesets go in as nft's own text: every build reads it, with or without JSON,
 * and it is a third of the size.
 */
export const nftablesDataplane = ({ table, prefix = [] }: NftablesConfig): Dataplane => {
  /** `undefined`: not known, as at the beginning and after a refusal. */
  let held: Held | undefined
  const nft = (args: readonly string[], input?: string): Promise<ToolRun> => {
    const [program = 'nft', ...rest] = [...prefix, 'nft', ...args]
    return runTool(program, rest, input)
  }

  const session = nftSession([...prefix, 'nft'])

  const current = async (): Promise<Either<DataplaneRefusal, Held>> => {
    const listed = await nft(['-t', 'list', 'table', 'ip', table])
    if (listed.code === 0) return E.right(namesIn(listed.stdout))
    return isAbsent(listed) ? E.right(nothingHeld) : E.left(refusalOf(listed))
  }

  const run = async (commands: string): Promise<Either<DataplaneRefusal, Applied>> => {
    // What stays reads its lines byte by byte. Where it cannot be had, a program of its own does the same. If it was done already, that may
    // be refused, and the next attempt asks what is there.
    const small = commands.length <= mostInALine ? await session.run(commands) : undefined
    const ran = small ?? (await nft(['-f', '-'], commands))
    return ran.code === 0 ? E.right({ bytes: commands.length }) : E.left(refusalOf(ran))
  }

  /** Nothing of the table is looked at but that it is there: who removes rules removes all of them. */
  const isThere = async ({ chains }: Ruleset): Promise<boolean> => {
    const [name] = chains.keys()
    return name === undefined || (await nft(['list', 'chain', 'ip', table, name])).code === 0
  }

  const apply = async (ruleset: Ruleset): Promise<Either<DataplaneRefusal, Applied>> => {
    const known = held
    if (known === undefined) {
      const found = await current()
      if (E.isLeft(found)) return found
      const taken = await run(transactionOf(table, found.right, ruleset))
      // What has another type under the same name cannot be changed in place.
      return E.isRight(taken) || taken.left.tag === 'Impossible' ? taken : run(replacementOf(table, ruleset))
    }
    const commands = transactionOf(table, known, ruleset)
    if (commands !== '') return run(commands)
    return (await isThere(ruleset)) ? E.right({ bytes: 0 }) : run(replacementOf(table, ruleset))
  }

  return {
    name: 'nftables',
    current,
    apply: async ruleset => {
      const applied = await apply(ruleset)
      held = E.isRight(applied) ? ruleset : undefined
      return applied
    },
    clear: async () => {
      session.close()
      held = undefined
      const deleted = await nft(['delete', 'table', 'ip', table])
      return deleted.code === 0 || isAbsent(deleted) ? E.right(undefined) : E.left(refusalOf(deleted))
    },
  }
}

/** Of a listing without elements (`-t`): a line `chain NAME {`, `set NAME {` or `map NAME {` each. */
const namesIn = (listing: string): Held => {
  const names = (...kinds: readonly string[]): ReadonlyMap<string, undefined> =>
    new Map(
      [...listing.matchAll(/^\t(chain|set|map) ([\w-]+) \{$/gm)]
        .filter(([, kind = '']) => kinds.includes(kind))
        .map(([, , name = '']) => [name, undefined]),
    )
  return { chains: names('chain'), sets: names('set', 'map') }
}

const isAbsent = ({ stderr }: ToolRun): boolean => stderr.includes('No such file or directory')

const mostInALine = 16_384

const longestComplaint = 500

const refusalOf = ({ code, stderr }: ToolRun): DataplaneRefusal => {
  const message = stderr.trim().slice(0, longestComplaint) || `nft ended with ${code}`
  const impossible = code === 127 || /Operation not permitted|Protocol not supported/.test(stderr)
  return { tag: impossible ? 'Impossible' : 'Refused', message }
}
