import type { Controller } from '@periplus/controller'

/** What the decisions of one controller took. */
export interface Taken {
  readonly name: string
  readonly commands: number
  /** Microseconds of the process's CPU for each decision, in rising order. */
  readonly microseconds: readonly number[]
}

/** The same controllers, with a watch on what their decisions take. */
export const measured = (
  controllers: readonly Controller[],
): { readonly controllers: readonly Controller[]; taken(): readonly Taken[] } => {
  const all = controllers.map(({ name }) => ({ name, commands: 0, microseconds: [] as number[] }))
  return {
    controllers: controllers.map((controller, i) => ({
      ...controller,
      decide: (cut, key, moment) => {
        const before = process.cpuUsage()
        const decision = controller.decide(cut, key, moment)
        const { user, system } = process.cpuUsage(before)
        const of = all[i]!
        of.microseconds.push(user + system)
        of.commands += decision.commands.length
        return decision
      },
    })),
    taken: () =>
      all.map(({ name, commands, microseconds }) => ({
        ...{ name, commands },
        microseconds: [...microseconds].sort((a, b) => a - b),
      })),
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

export const takenHeadings = ['controller', 'decisions', 'commands', 'CPU ms', 'us a decision', 'p99 us']

/** Those that decided, dearest first. */
export const takenRows = (taken: readonly Taken[]): readonly (readonly (string | number)[])[] =>
  taken
    .filter(({ microseconds }) => microseconds.length > 0)
    .map(each => ({ ...each, total: sum(each.microseconds) }))
    .sort((a, b) => b.total - a.total)
    .map(({ name, commands, microseconds, total }) => [
      ...[name, microseconds.length, commands, Math.round(total / 1000), Math.round(total / microseconds.length)],
      microseconds[Math.floor(microseconds.length * 0.99)] ?? 0,
    ])
