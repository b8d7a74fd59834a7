import { call, identifier, listOf, literal, method } from './expression.ts'
import type { Comprehension, Expression, Offset } from './expression.ts'
import { SyntaxFault } from './fault.ts'

/** What a fold gathers in. No expression can name it. */
export const accumulator = '@result'

/** What the macro at hand is given: its place, its target, and its arguments by position. */
interface Use {
  readonly at: Offset
  readonly target: Expression
  readonly arg: (position: number) => Expression
}

type Expand = (use: Use) => Expression

/** The expression that a macro stands for; `undefined` where the call is no macro. */
export const expandMacro = (
  at: Offset,
  name: string,
  target: Expression | undefined,
  args: readonly Expression[],
): Expression | undefined => {
  const expand = (target ? ofTargets : plain).get(`${name}/${args.length}`)
  return expand?.({ at, target: target ?? identifier(at, ''), arg: i => args[i] ?? identifier(at, '') })
}

const variable = ({ arg }: Use, position: number): string => {
  const given = arg(position)
  if (given.tag !== 'identifier') throw new SyntaxFault(given.at, 'argument must be a simple name')
  if (given.name === accumulator) throw new SyntaxFault(given.at, `iteration variable overwrites accumulator variable`)
  return given.name
}

const gathered = (at: Offset): Expression => identifier(at, accumulator)

interface Fold {
  readonly start: Expression
  readonly condition?: Expression
  readonly step: Expression
  readonly result?: Expression
}

/** A fold over the target, with the first argument as its variable, and the second where there are two. */
const fold = (use: Use, two: boolean, { start, condition, step, result }: Fold): Comprehension => {
  const { at, target } = use
  const [first, second] = [variable(use, 0), two ? variable(use, 1) : undefined]
  if (first === second) throw new SyntaxFault(use.arg(1).at, `duplicate variable name: ${first}`)
  return {
    tag: 'comprehension',
    at,
    range: target,
    variable: first,
    second,
    accumulator,
    start,
    condition: condition ?? literal(at, true),
    step,
    result: result ?? gathered(at),
  }
}

const unless = (at: Offset, condition: Expression, step: Expression): Expression =>
  call(at, '_?_:_', condition, step, gathered(at))

const added = (at: Offset, element: Expression): Expression => call(at, '_+_', gathered(at), listOf(at, element))

const all =
  (two: boolean): Expand =>
  use => {
    const { at, arg } = use
    const condition = call(at, '@not_strictly_false', gathered(at))
    return fold(use, two, {
      start: literal(at, true),
      condition,
      step: call(at, '_&&_', gathered(at), arg(two ? 2 : 1)),
    })
  }

const exists =
  (two: boolean): Expand =>
  use => {
    const { at, arg } = use
    const condition = call(at, '@not_strictly_false', call(at, '!_', gathered(at)))
    return fold(use, two, {
      start: literal(at, false),
      condition,
      step: call(at, '_||_', gathered(at), arg(two ? 2 : 1)),
    })
  }

const existsOne =
  (two: boolean): Expand =>
  use => {
    const { at, arg } = use
    const more = call(at, '_+_', gathered(at), literal(at, 1n))
    return fold(use, two, {
      start: literal(at, 0n),
      step: unless(at, arg(two ? 2 : 1), more),
      result: call(at, '_==_', gathered(at), literal(at, 1n)),
    })
  }

/** A list of what an argument gives, of the elements that another lets through. */
const list =
  (two: boolean, filter: number | undefined, given: number): Expand =>
  use => {
    const { at, arg } = use
    const step = added(at, arg(given))
    return fold(use, two, { start: listOf(at), step: filter === undefined ? step : unless(at, arg(filter), step) })
  }

/** A map with the keys of the target, or (`entries`) of the maps that an argument gives. */
const mapped =
  (filter: number | undefined, given: number, entries = false): Expand =>
  use => {
    const { at, arg } = use
    const step = entries
      ? call(at, 'cel.@mapInsert', gathered(at), arg(given))
      : call(at, 'cel.@mapInsert', gathered(at), identifier(at, variable(use, 0)), arg(given))
    return fold(use, true, {
      start: { tag: 'map', at, entries: [] },
      step: filter === undefined ? step : unless(at, arg(filter), step),
    })
  }

/** `cel.bind`, as a fold over nothing. */
const bind = (at: Offset, name: string, value: Expression, result: Expression): Comprehension => ({
  tag: 'comprehension',
  at,
  range: listOf(at),
  variable: '#unused',
  second: undefined,
  accumulator: name,
  start: value,
  condition: literal(at, false),
  step: identifier(at, name),
  result,
})

const optionally =
  (wrap: boolean): Expand =>
  use => {
    const { at, target, arg } = use
    const bound = bind(at, variable(use, 0), method(at, target, 'value'), arg(1))
    return call(
      at,
      '_?_:_',
      method(at, target, 'hasValue'),
      wrap ? call(at, 'optional.of', bound) : bound,
      call(at, 'optional.none'),
    )
  }

/** Sorted by what the second argument gives of each element. */
const sortBy: Expand = use => {
  const { at, target } = use
  const input = identifier(at, '@__sortBy_input__')
  const keys = list(false, undefined, 1)({ ...use, target: input })
  return bind(
    at,
    input.tag === 'identifier' ? input.name : '',
    target,
    method(at, input, '@sortByAssociatedKeys', keys),
  )
}

const has: Expand = ({ at, arg }) => {
  const given = arg(0)
  if (given.tag !== 'select' || given.testOnly) throw new SyntaxFault(given.at, 'invalid argument to has() macro')
  return { ...given, at, testOnly: true }
}

const plain: ReadonlyMap<string, Expand> = new Map([['has/1', has]])

const ofTargets: ReadonlyMap<string, Expand> = new Map([
  ['all/2', all(false)],
  ['exists/2', exists(false)],
  ['exists_one/2', existsOne(false)],
  ['existsOne/2', existsOne(false)],
  ['map/2', list(false, undefined, 1)],
  ['map/3', list(false, 1, 2)],
  [
    'filter/2',
    use => fold(use, false, { start: listOf(use.at), step: unless(use.at, use.arg(1), added(use.at, use.arg(0))) }),
  ],
  ['all/3', all(true)],
  ['exists/3', exists(true)],
  ['exists_one/3', existsOne(true)],
  ['existsOne/3', existsOne(true)],
  ['transformList/3', list(true, undefined, 2)],
  ['transformList/4', list(true, 2, 3)],
  ['transformMap/3', mapped(undefined, 2)],
  ['transformMap/4', mapped(2, 3)],
  ['transformMapEntry/3', mapped(undefined, 2, true)],
  ['transformMapEntry/4', mapped(2, 3, true)],
  ['sortBy/2', sortBy],
  ['optMap/2', optionally(true)],
  ['optFlatMap/2', optionally(false)],
])
