import type { Checked } from '../check/check.ts'
import type { Call, Comprehension, Expression } from '../syntax/expression.ts'
import type { Type } from '../types/type.ts'
import { costSize } from '../values/size.ts'
import { Budget } from '../evaluate/budget.ts'
import { estimateOf, ofAll } from './call-estimates.ts'
import type { CallEstimate } from './call-estimates.ts'
import { declaredSize } from './declared-size.ts'
import type { Path, Sizes } from './declared-size.ts'
import { either, exactly, nothing, plus, times, unknown } from './range.ts'
import type { Range } from './range.ts'

/** What evaluating an expression costs at least and at most, as Kubernetes estimates it before anything is evaluated. */
export const estimateCost = (checked: Checked, sizes: Sizes): Range =>
  new Estimator(checked, sizes).cost(checked.expression)

interface Local {
  readonly path: Path | undefined
  readonly size: Range | undefined
  readonly entry: EntrySize | undefined
}

/** The sizes of what a list or a map holds. */
interface EntrySize {
  readonly isList: boolean
  readonly key: Range
  readonly value: Range
}

class Estimator {
  private readonly checked: Checked
  private readonly declared: Sizes
  private readonly paths = new Map<Expression, Path>()
  private readonly sizes = new Map<Expression, Range>()
  private readonly entries = new Map<Expression, EntrySize>()
  private readonly locals: (readonly [string, Local])[] = []

  constructor(checked: Checked, declared: Sizes) {
    this.checked = checked
    this.declared = declared
  }

  cost(part: Expression): Range {
    switch (part.tag) {
      case 'literal':
        return nothing
      case 'identifier': {
        this.paths.set(part, this.local(part.name)?.path ?? [part.name])
        return exactly(1)
      }
      case 'select':
        return this.select(part)
      case 'call':
        return this.call(part)
      case 'list':
        return this.list(part)
      case 'map':
        return this.map(part)
      case 'struct':
        return plus(exactly(40), ...part.fields.map(({ value }) => this.cost(value)))
      case 'comprehension':
        return part.accumulator === '@result' ? this.fold(part) : this.bind(part)
    }
  }

  private local(name: string): Local | undefined {
    return this.locals.findLast(([declared]) => declared === name)?.[1]
  }

  private select(part: Expression & { readonly tag: 'select' }): Range {
    if (this.checked.name(part) !== undefined) return exactly(1)
    const operand = this.cost(part.operand)
    if (part.testOnly) return operand
    const path = this.pathOf(part.operand)
    if (path) this.paths.set(part, [...path, part.field])
    const { tag } = this.checked.type(part.operand)
    return tag === 'map' || tag === 'object' ? plus(operand, exactly(1)) : operand
  }

  private call(part: Call): Range {
    if (part.name === 'dyn' && part.args[0]) {
      const cost = this.cost(part.args[0])
      this.copySizes(part, part.args[0])
      return plus(exactly(1), cost)
    }
    const costs = part.args.map(one => this.cost(one))
    const target = part.target && this.checked.name(part) === undefined ? part.target : undefined
    const own = target ? this.cost(target) : nothing
    if (part.name === '_&&_' || part.name === '_||_') return this.junction(costs)
    if (part.name === '_?_:_') return this.conditional(part, costs)
    const estimate = this.estimate(part, target ? [target, ...part.args] : part.args)
    const size = estimate.size ?? this.sizeOf(part)
    if (size) this.sizes.set(part, size)
    return plus(own, estimate.cost, ...costs)
  }

  private estimate(part: Call, args: readonly Expression[]): CallEstimate {
    const overloads = this.checked.overloads(part)
    const sizes = {
      size: (position: number) => this.sizeOrUnknown(args[position]),
      elementSize: (position: number) => this.elementSize(args[position]),
      literal: (position: number) => literalInteger(args[position]),
      count: args.length,
    }
    const estimates = overloads.map(({ name, id }) => {
      this.follow(part, id, args[0])
      return estimateOf(name, id, sizes)
    })
    if (part.name === '_+_') this.joinEntries(part, args)
    return estimates.length === 0 ? { cost: nothing } : ofAll(estimates)
  }

  /** An index leads from a list to its elements, and from a map to its values. */
  private follow(part: Call, id: string, collection: Expression | undefined): void {
    if ((id !== 'index_list' && id !== 'index_map') || !collection) return
    const path = this.pathOf(collection)
    if (path) this.paths.set(part, [...path, id === 'index_list' ? '@items' : '@values'])
    const value = this.entryOf(collection)?.value
    if (value) this.sizes.set(part, value)
  }

  private junction([left = nothing, right = nothing]: readonly Range[]): Range {
    return { min: left.min, max: plus(left, right).max }
  }

  private conditional(part: Call, [condition = nothing, yes = nothing, no = nothing]: readonly Range[]): Range {
    this.sizes.set(part, either(this.sizeOrUnknown(part.args[1]), this.sizeOrUnknown(part.args[2])))
    this.joinEntries(part, part.args.slice(1))
    return plus(condition, either(yes, no))
  }

  private joinEntries(part: Expression, [first, second]: readonly Expression[]): void {
    const [a, b] = [first && this.entryOf(first), second && this.entryOf(second)]
    if (a && b) this.entries.set(part, { isList: a.isList, key: either(a.key, b.key), value: either(a.value, b.value) })
  }

  private list(part: Expression & { readonly tag: 'list' }): Range {
    const costs = part.elements.map(element => this.cost(element))
    const value = this.anyOf(part.elements)
    this.entries.set(part, { isList: true, key: exactly(1), value })
    return plus(exactly(10), ...costs)
  }

  private map(part: Expression & { readonly tag: 'map' }): Range {
    const costs = part.entries.flatMap(({ key, value }) => [this.cost(key), this.cost(value)])
    const key = this.anyOf(part.entries.map(entry => entry.key))
    this.entries.set(part, { isList: false, key, value: this.anyOf(part.entries.map(({ value }) => value)) })
    return plus(exactly(30), ...costs)
  }

  private anyOf(parts: readonly Expression[]): Range {
    return parts
      .map(one => this.sizeOrUnknown(one))
      .reduce((a, b) => either(a, b), parts.length === 0 ? nothing : { min: 2 ** 64, max: 0 })
  }

  private fold(part: Comprehension): Range {
    const before = this.locals.length
    const costs = [this.cost(part.range), this.cost(part.start)]
    this.locals.push([part.accumulator, this.localOf(part.start)])
    this.locals.push([part.variable, this.elementOf(part, part.second !== undefined)])
    if (part.second !== undefined) this.locals.push([part.second, this.elementOf(part, false, true)])
    const turn = plus(this.cost(part.condition), this.cost(part.step))
    this.locals.length = before + 1
    costs.push(this.cost(part.result))
    this.locals.length = before
    const count = this.sizeOrUnknown(part.range)
    if (part.start.tag === 'literal') this.sizes.set(part, exactly(costSize(part.start.value, new Budget(2 ** 53))))
    else this.sizes.set(part, count)
    const stepped = this.entryOf(part.step)
    if (part.start.tag !== 'literal' && stepped) this.entries.set(part, stepped)
    return plus(...costs, times(count, turn))
  }

  private bind(part: Comprehension): Range {
    const costs = [this.cost(part.range), this.cost(part.start)]
    this.locals.push([part.accumulator, this.localOf(part.start)])
    costs.push(this.cost(part.result))
    this.locals.pop()
    this.copySizes(part, part.result)
    return plus(...costs)
  }

  private localOf(part: Expression): Local {
    return { path: this.pathOf(part), size: this.sizeOf(part), entry: this.entryOf(part) }
  }

  /** What a turn's variable stands for: an element, a key (or position), or with two variables the value. */
  private elementOf({ range }: Comprehension, isKey: boolean, isValue = false): Local {
    const entry = this.entryOf(range)
    const isList = entry ? entry.isList : this.checked.type(range).tag === 'list'
    const isElement = isValue || (isList && !isKey)
    const step = isElement ? (isList ? '@items' : '@values') : isList ? '@indices' : '@keys'
    const path = this.pathOf(range)
    return { path: path && [...path, step], size: isElement ? entry?.value : entry?.key, entry: undefined }
  }

  private pathOf(part: Expression): Path | undefined {
    if (part.tag !== 'identifier') return this.paths.get(part)
    const local = this.local(part.name)
    return local ? local.path : this.paths.get(part)
  }

  private entryOf(part: Expression): EntrySize | undefined {
    return this.entries.get(part) ?? (part.tag === 'identifier' ? this.local(part.name)?.entry : undefined)
  }

  private sizeOrUnknown(part: Expression | undefined): Range {
    return (part && this.sizeOf(part)) ?? unknown
  }

  private sizeOf(part: Expression): Range | undefined {
    const known = this.sizes.get(part) ?? writtenSize(part)
    if (known) return known
    const path = this.pathOf(part)
    const declared = path && declaredSize(this.declared, path)
    if (declared) return declared
    if (isScalar(this.checked.type(part))) return exactly(1)
    return part.tag === 'identifier' ? this.local(part.name)?.size : undefined
  }

  private elementSize(part: Expression | undefined): Range | undefined {
    const type = part && this.checked.type(part)
    if (!part || type?.tag !== 'list') return undefined
    if (type.element.tag !== 'string' && type.element.tag !== 'bytes') return nothing
    const path = this.pathOf(part)
    return (path && declaredSize(this.declared, [...path, '@items'])) ?? unknown
  }

  private copySizes(to: Expression, from: Expression): void {
    const [size, entry] = [this.sizeOf(from), this.entryOf(from)]
    if (size) this.sizes.set(to, size)
    if (entry) this.entries.set(to, entry)
  }
}

const writtenSize = (part: Expression): Range | undefined => {
  if (part.tag === 'literal') return exactly(costSize(part.value, new Budget(2 ** 53)))
  if (part.tag === 'list') return exactly(part.elements.length)
  return part.tag === 'map' ? exactly(part.entries.length) : undefined
}

const literalInteger = (part: Expression | undefined): number | undefined =>
  part?.tag === 'literal' && typeof part.value === 'bigint' ? Number(part.value) : undefined

const isScalar = (type: Type): boolean =>
  ['bool', 'double', 'duration', 'int', 'timestamp', 'uint'].includes(type.tag) ||
  (type.tag === 'optional' && isScalar(type.of))
