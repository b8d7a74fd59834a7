import { isDynamic, list, map, optional, sameType, scalars } from '../types/type.ts'
import type { Type } from '../types/type.ts'

/** What variables of types stand for, by name. Grows as an expression is checked; a try that fails leaves it as it was. */
export class Bindings {
  private readonly bound = new Map<string, Type>()
  /** What was bound before, newest last, so that a try can be taken back. */
  private readonly trail: (readonly [string, Type | undefined])[] = []

  /** Whether values of one type may be given where another is wanted, and what variables stand for then. */
  assign(given: Type, wanted: Type): boolean {
    return this.assignAll([given], [wanted])
  }

  assignAll(given: readonly Type[], wanted: readonly Type[]): boolean {
    this.trail.length = 0
    if (given.length === wanted.length && given.every((type, i) => this.fits(type, wanted[i] ?? scalars.dyn)))
      return true
    for (let back = this.trail.pop(); back; back = this.trail.pop()) {
      const [name, before] = back
      if (before) this.bound.set(name, before)
      else this.bound.delete(name)
    }
    return false
  }

  private bind(name: string, type: Type): void {
    this.trail.push([name, this.bound.get(name)])
    this.bound.set(name, type)
  }

  /** With variables replaced by what they stand for; `free`: those that stand for nothing become dyn. */
  resolve(type: Type, free: boolean): Type {
    switch (type.tag) {
      case 'parameter': {
        const bound = this.bound.get(type.name)
        return bound ? this.resolve(bound, free) : free ? scalars.dyn : type
      }
      case 'list':
        return list(this.resolve(type.element, free))
      case 'map':
        return map(this.resolve(type.key, free), this.resolve(type.value, free))
      case 'optional':
        return optional(this.resolve(type.of, free))
      case 'type':
        return type.of ? { tag: 'type', of: this.resolve(type.of, free) } : type
      default:
        return type
    }
  }

  private fits(a: Type, b: Type): boolean {
    if (b.tag === 'parameter') {
      const said = this.stands(a, b)
      if (said !== undefined) return said
    }
    if (a.tag === 'parameter') return this.stands(b, a) ?? false
    if (isDynamic(a) || isDynamic(b)) return true
    if (a.tag === 'null') return b.tag === 'null' || nullable.has(b.tag)
    if (b.tag === 'null') return nullable.has(a.tag)
    if (a.tag === 'type' && b.tag === 'type') return true
    if (a.tag === 'list' && b.tag === 'list') return this.fits(a.element, b.element)
    if (a.tag === 'map' && b.tag === 'map') return this.fits(a.key, b.key) && this.fits(a.value, b.value)
    if (a.tag === 'optional' && b.tag === 'optional') return this.fits(a.of, b.of)
    return sameType(a, b)
  }

  /** Whether a variable may stand for a type; `undefined`: it would hold itself, and says nothing. */
  private stands(type: Type, variable: Type & { readonly tag: 'parameter' }): boolean | undefined {
    if (sameType(type, variable)) return true
    const bound = this.bound.get(variable.name)
    if (!bound) {
      if (this.holds(type, variable)) return undefined
      this.bind(variable.name, type)
      return true
    }
    if (sameType(type, bound)) return true
    if (!this.fits(type, bound)) return false
    const general = mostGeneral(type, bound)
    if (!this.holds(general, variable)) this.bind(variable.name, general)
    return true
  }

  private holds(type: Type, variable: Type & { readonly tag: 'parameter' }): boolean {
    switch (type.tag) {
      case 'parameter': {
        if (type.name === variable.name) return false
        const bound = this.bound.get(type.name)
        return bound !== undefined && (sameType(bound, variable) || this.holds(bound, variable))
      }
      case 'list':
        return sameType(type.element, variable) || this.holds(type.element, variable)
      case 'map':
        return [type.key, type.value].some(one => sameType(one, variable) || this.holds(one, variable))
      case 'optional':
        return sameType(type.of, variable) || this.holds(type.of, variable)
      default:
        return false
    }
  }
}

/** What null may stand for, as it always could. */
const nullable: ReadonlySet<Type['tag']> = new Set(['object', 'opaque', 'optional', 'timestamp', 'duration'])

export const mostGeneral = (a: Type, b: Type): Type => (isAsGeneral(a, b) ? a : b)

const isAsGeneral = (a: Type, b: Type): boolean => {
  if (a.tag === 'dyn' || a.tag === 'parameter') return true
  if (b.tag === 'dyn' || b.tag === 'parameter' || a.tag !== b.tag) return false
  if (a.tag === 'list' && b.tag === 'list') return isAsGeneral(a.element, b.element)
  if (a.tag === 'map' && b.tag === 'map') return isAsGeneral(a.key, b.key) && isAsGeneral(a.value, b.value)
  if (a.tag === 'optional' && b.tag === 'optional') return isAsGeneral(a.of, b.of)
  return a.tag === 'type' || sameType(a, b)
}
