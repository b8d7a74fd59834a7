import { isRecord, put } from '../json/json-value.ts'

type Keys = readonly string[]
type Container = Record<string, unknown> | unknown[]

const isContainer = (value: unknown): value is Container => Array.isArray(value) || isRecord(value)

/** The position that a pointer's part names in a list of `length`, as evanphx/json-patch reads it: any number in Go's spelling, from the end if negative. */
const position = (key: string, length: number, adding: boolean): number | undefined => {
  if (adding && key === '-') return length
  if (!/^[-+]?[0-9]+$/.test(key)) return undefined
  const given = Number(key)
  const at = given < 0 ? given + length + (adding ? 1 : 0) : given
  return at >= 0 && at < length + (adding ? 1 : 0) ? at : undefined
}

/** The name under which a member or element that is there stands in its container. */
const placeOf = (container: Container, key: string): string | number | undefined => {
  if (Array.isArray(container)) return position(key, container.length, false)
  return Object.hasOwn(container, key) ? key : undefined
}

const at = (container: Container, place: string | number): unknown =>
  (container as Readonly<Record<string | number, unknown>>)[place]

const set = (container: Container, place: string | number, value: unknown): void => {
  if (Array.isArray(container)) container[place as number] = value
  else put(container, String(place), value)
}

/**
 * A document under edits, each of which takes no longer the larger the document is: a container is copied before its first edit, and is
 * from then on this document's own, edited where it stands. The document that was given is never changed, nor is any value that
 * is put in. An edit that can't be done says `false`.
 */
export class EditedDocument {
  private document: unknown
  private readonly own = new WeakSet<Container>()
  private shifted = 0

  constructor(document: unknown) {
    this.document = document
  }

  get value(): unknown {
    return this.document
  }

  /** Elements that lists moved over to make room or close a gap, all edits together. */
  get elementsShifted(): number {
    return this.shifted
  }

  /** What stands there; a member that its object does not have is null. */
  read(keys: Keys): { readonly value: unknown } | undefined {
    let value = this.document
    for (const [depth, key] of keys.entries()) {
      if (!isContainer(value)) return undefined
      const place = placeOf(value, key)
      const isLast = depth === keys.length - 1
      if (place === undefined) return isLast && !Array.isArray(value) ? { value: null } : undefined
      value = at(value, place)
    }
    return { value }
  }

  /** The whole document is not put in, only replaced: Kubernetes finds no place for it. */
  insert(keys: Keys, value: unknown): boolean {
    return this.edit(keys, (container, key) => {
      if (!Array.isArray(container)) put(container, key, value)
      else {
        const place = position(key, container.length, true)
        if (place === undefined) return false
        this.shifted += container.length - place
        container.splice(place, 0, value)
      }
      return true
    })
  }

  /** Objects need not have what is replaced. */
  replace(keys: Keys, value: unknown): boolean {
    if (keys.length === 0) {
      if (isContainer(value)) this.document = value
      return isContainer(value)
    }
    return this.edit(keys, (container, key) => {
      const place = Array.isArray(container) ? placeOf(container, key) : key
      if (place === undefined) return false
      set(container, place, value)
      return true
    })
  }

  /** The whole document can't be removed. */
  remove(keys: Keys): boolean {
    return this.edit(keys, (container, key) => {
      const place = placeOf(container, key)
      if (place === undefined) return false
      if (Array.isArray(container)) {
        this.shifted += container.length - (place as number)
        container.splice(place as number, 1)
      } else delete container[place]
      return true
    })
  }

  /** Makes all containers on the way to the last key the document's own, and edits the last. */
  private edit(keys: Keys, change: (container: Container, key: string) => boolean): boolean {
    const last = keys.at(-1)
    if (last === undefined || !isContainer(this.document)) return false
    let container = this.owned(this.document)
    this.document = container
    for (const key of keys.slice(0, -1)) {
      const place = placeOf(container, key)
      const inner = place === undefined ? undefined : at(container, place)
      if (place === undefined || !isContainer(inner)) return false
      const owned = this.owned(inner)
      if (owned !== inner) set(container, place, owned)
      container = owned
    }
    return change(container, last)
  }

  private owned(container: Container): Container {
    if (this.own.has(container)) return container
    const copy = Array.isArray(container) ? [...container] : { ...container }
    this.own.add(copy)
    return copy
  }
}
