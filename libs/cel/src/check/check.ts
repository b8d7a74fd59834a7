import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Overload } from '../library/overload.ts'
import { qualifiedName, rootName } from '../syntax/expression.ts'
import type { Call, Comprehension, Expression, Select, Struct } from '../syntax/expression.ts'
import type { Fault } from '../syntax/fault.ts'
import { isDynamic, list, map, optional, scalars, sameType, typeSize, typeText } from '../types/type.ts'
import type { Type } from '../types/type.ts'
import { mostGeneral } from './assignable.ts'
import { typeNamed } from './environment.ts'
import { freshened } from './freshened.ts'
import { literalType } from './literal-type.ts'
import type { Environment } from './environment.ts'
import { TypeFaults, noRange, wrongField } from './type-faults.ts'

/** An expression of which is known what each part is. */
export interface Checked {
  readonly expression: Expression
  readonly type: (part: Expression) => Type
  /** How a call may be meant; more than one where types are known only when it is evaluated. */
  readonly overloads: (call: Expression) => readonly Overload[]
  /** The full name of a variable or a function that is written with dots (`optional.of`), in which the first parts are no variables. */
  readonly name: (part: Expression) => string | undefined
  /** The declared variables that it names. */
  readonly variables: ReadonlySet<string>
}

/** What an expression means, or everything that is wrong with it. */
export const check = (expression: Expression, environment: Environment): Either<readonly Fault[], Checked> => {
  const checker = new Checker(environment)
  checker.check(expression)
  if (checker.faults.length > 0) return E.left(checker.faults.slice(0, mostFaults))
  return E.right({
    expression,
    type: part => checker.typeOf(part),
    overloads: part => checker.overloads.get(part) ?? [],
    name: part => checker.names.get(part),
    variables: checker.used,
  })
}

const mostFaults = 100
const largestType = 500

class Checker extends TypeFaults {
  readonly overloads = new Map<Expression, readonly Overload[]>()
  readonly names = new Map<Expression, string>()
  readonly used = new Set<string>()
  private readonly types = new Map<Expression, Type>()
  private readonly scopes: (readonly [string, Type])[] = []
  private readonly environment: Environment
  private fresh = 0

  constructor(environment: Environment) {
    super()
    this.environment = environment
  }

  typeOf(part: Expression): Type {
    return this.bindings.resolve(this.types.get(part) ?? scalars.dyn, true)
  }

  check(part: Expression): Type {
    const type = this.typed(part)
    // Each `optMap(x, {x: x})` doubles the type, which is walked again and again.
    const bounded = typeSize(type) > largestType ? this.fault(part.at, 'the type of the expression is too large') : type
    this.types.set(part, bounded)
    return bounded
  }

  private typed(part: Expression): Type {
    switch (part.tag) {
      case 'literal':
        return literalType(part.value)
      case 'identifier':
        return this.named(part, part.name) ?? this.undeclared(part.at, part.name)
      case 'select':
        return this.select(part)
      case 'call':
        return part.name === '_?._' ? this.optionalSelect(part) : this.call(part)
      case 'list':
        return list(this.joined(part.elements.map((one, i) => [one, part.optional.has(i)])))
      case 'map':
        return map(
          this.joined(part.entries.map(({ key }) => [key, false])),
          this.joined(part.entries.map(({ value, optional: maybe }) => [value, maybe])),
        )
      case 'struct':
        return this.struct(part)
      case 'comprehension':
        return this.comprehension(part)
    }
  }

  private struct({ at, type, fields }: Struct): Type {
    const known = this.environment.structs?.(type)
    for (const { at: there, name, value, optional: isOptional } of fields) {
      const given = this.check(value)
      const inner = this.maybeWithin(value.at, given, isOptional)
      const wanted = known && (known.field(name) ?? this.fault(there, `undefined field '${name}'`))
      if (wanted && !this.bindings.assign(inner, wanted))
        this.fault(there, wrongField(name, typeText(wanted), this.text(inner)))
    }
    return known ?? this.undeclared(at, type)
  }

  /** The type of a variable or of a type's name. What a macro declares hides what is declared outside. */
  private named(part: Expression, name: string): Type | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const [declared, type] = this.scopes[i] ?? ['', scalars.dyn]
      if (declared === name) return type
    }
    const full = name.replace(/^\./, '')
    const variable = this.environment.variables.get(full)
    if (variable) this.used.add(full)
    const type = variable ?? typeNamed(full)?.type
    if (type && part.tag !== 'identifier') this.names.set(part, full)
    if (type && full !== name) this.names.set(part, full)
    return type
  }

  private isLocal(part: Expression): boolean {
    const root = rootName(part)
    return root !== undefined && this.scopes.some(([name]) => name === root)
  }

  private select(part: Select): Type {
    const name = part.testOnly || this.isLocal(part) ? undefined : qualifiedName(part)
    const known = name === undefined ? undefined : this.named(part, name)
    if (known) return known
    const type = this.field(part.at, this.check(part.operand), part.field, false)
    return part.testOnly ? scalars.bool : type
  }

  private optionalSelect({ at, args: [operand, field] }: Call): Type {
    if (!operand || field?.tag !== 'literal' || typeof field.value !== 'string')
      return this.fault(at, 'unsupported optional field selection')
    this.types.set(field, scalars.string)
    return this.field(at, this.check(operand), field.value, true)
  }

  private field(at: number, operand: Type, name: string, isOptional: boolean): Type {
    const given = this.bindings.resolve(operand, false)
    const target = given.tag === 'optional' ? given.of : given
    const type = this.fieldType(at, target, name)
    return given.tag === 'optional' || isOptional ? optional(type) : type
  }

  private fieldType(at: number, target: Type, name: string): Type {
    if (target.tag === 'map') return target.value
    if (target.tag === 'object') return target.field(name) ?? this.fault(at, `undefined field '${name}'`)
    if (target.tag === 'parameter') this.bindings.assign(scalars.dyn, target)
    else if (!isDynamic(target)) this.fault(at, `type '${typeText(target)}' does not support field selection`)
    return scalars.dyn
  }

  private call(part: Call): Type {
    const args = part.args.map(one => this.check(one))
    const { functions } = this.environment
    const { target } = part
    if (!target) {
      const name = part.name.replace(/^\./, '')
      const known = functions.get(name)
      return known ? this.resolved(part, known, args, name, false) : this.undeclared(part.at, name)
    }
    const prefix = this.isLocal(target) ? undefined : qualifiedName(target)
    const qualified = prefix === undefined ? '' : `${prefix}.${part.name}`
    const known = functions.get(qualified)
    if (known?.some(({ isMethod }) => !isMethod)) {
      this.names.set(part, qualified)
      return this.resolved(part, known, args, qualified, false)
    }
    const receiver = this.check(target)
    const methods = functions.get(part.name)
    return methods
      ? this.resolved(part, methods, [receiver, ...args], part.name, true)
      : this.undeclared(part.at, part.name)
  }

  private resolved(
    part: Call,
    known: readonly Overload[],
    args: readonly Type[],
    name: string,
    isMethod: boolean,
  ): Type {
    if (name === '_&&_' || name === '_||_') return this.logical(part, known, args)
    const candidates: Overload[] = []
    let result: Type | undefined
    for (const overload of known) {
      if (overload.isMethod !== isMethod) continue
      const [parameters, given] = freshened(overload, this.variable)
      if (!this.bindings.assignAll(args, parameters)) continue
      candidates.push(overload)
      const type = this.bindings.resolve(given, false)
      if (!result) result = type
      else if (result.tag !== 'dyn' && !sameType(type, result)) result = scalars.dyn
    }
    this.overloads.set(part, candidates)
    return result ?? this.noOverload(part.at, name, args, isMethod)
  }

  private logical(part: Call, known: readonly Overload[], args: readonly Type[]): Type {
    args.forEach((type, i) => this.expect(part.args[i]?.at ?? part.at, scalars.bool, type))
    this.overloads.set(part, known)
    return scalars.bool
  }

  private readonly variable = (): Type => ({ tag: 'parameter', name: `_var${this.fresh++}` })

  /** The type of all elements of a literal. */
  private joined(parts: readonly (readonly [Expression, boolean])[]): Type {
    let joined: Type | undefined
    for (const [part, isOptional] of parts) {
      const given = this.check(part)
      const type = this.maybeWithin(part.at, given, isOptional)
      if (!joined) joined = type
      else if (this.bindings.assign(joined, type)) joined = mostGeneral(joined, type)
      else if (this.environment.mixed) joined = scalars.dyn
      else joined = this.mismatch(part.at, joined, type)
    }
    return joined ?? this.variable()
  }

  private comprehension(part: Comprehension): Type {
    const range = this.bindings.resolve(this.check(part.range), false)
    const start = this.check(part.start)
    const [first, second] = this.elements(part, range)
    const outer = this.scopes.length
    this.scopes.push([part.accumulator, start], [part.variable, first])
    if (part.second !== undefined) this.scopes.push([part.second, second])
    this.expect(part.condition.at, scalars.bool, this.check(part.condition))
    this.expect(part.step.at, start, this.check(part.step))
    this.scopes.length = outer + 1
    const result = this.check(part.result)
    this.scopes.length = outer
    return this.bindings.resolve(result, false)
  }

  /** What the variables of a comprehension are. */
  private elements({ range: { at }, second }: Comprehension, range: Type): readonly [Type, Type] {
    if (range.tag === 'list') return second === undefined ? [range.element, scalars.dyn] : [scalars.int, range.element]
    if (range.tag === 'map') return [range.key, range.value]
    if (range.tag === 'parameter') this.bindings.assign(scalars.dyn, range)
    else if (!isDynamic(range)) {
      const type = this.fault(at, noRange(typeText(range)))
      return [type, type]
    }
    return [scalars.dyn, scalars.dyn]
  }
}
