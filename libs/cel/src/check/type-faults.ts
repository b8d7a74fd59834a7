import type { Fault } from '../syntax/fault.ts'
import { errorType, isDynamic, optional, typeText } from '../types/type.ts'
import type { Type } from '../types/type.ts'
import { Bindings } from './assignable.ts'

export const noRange = (given: string): string =>
  `expression of type '${given}' cannot be range of a comprehension (must be list, map, or dynamic)`

export const wrongField = (name: string, wanted: string, given: string): string =>
  `expected type of field '${name}' is '${wanted}' but provided type is '${given}'`

/** What is wrong with the types of an expression, in cel-go's words, and what is known of its type parameters. */
export class TypeFaults {
  readonly faults: Fault[] = []
  protected readonly bindings = new Bindings()

  protected fault(at: number, message: string): Type {
    this.faults.push({ at, message })
    return errorType
  }

  protected undeclared(at: number, name: string): Type {
    return this.fault(at, `undeclared reference to '${name.replace(/^\./, '')}' (in container '')`)
  }

  protected expect(at: number, wanted: Type, given: Type): void {
    if (!this.bindings.assign(given, wanted)) this.mismatch(at, wanted, given)
  }

  protected mismatch(at: number, wanted: Type, given: Type): Type {
    return this.fault(at, `expected type '${this.text(wanted)}' but found '${this.text(given)}'`)
  }

  protected noOverload(at: number, name: string, args: readonly Type[], isMethod: boolean): Type {
    const texts = args.map(type => this.text(type))
    const signature = isMethod ? `${texts[0] ?? ''}.(${texts.slice(1).join(', ')})` : `(${texts.join(', ')})`
    return this.fault(at, `found no matching overload for '${name}' applied to '${signature}'`)
  }

  protected text(type: Type): string {
    return typeText(this.bindings.resolve(type, true))
  }

  /** What an element or a field that may be missing is when it is there. */
  protected maybeWithin(at: number, given: Type, isOptional: boolean): Type {
    if (!isOptional) return given
    if (given.tag === 'optional') return given.of
    return isDynamic(given) ? given : this.mismatch(at, optional(given), given)
  }
}
