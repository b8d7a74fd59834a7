import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'
import type { Setting } from '@periplus/service'

/** `<resource>`, or `<resource>.<group>`. */
export type SealedResources = ReadonlySet<string>

const secrets = 'secrets'

const nameOf = ({ group, resource }: Pick<ObjectRef, 'group' | 'resource'>): string =>
  group === '' ? resource : `${resource}.${group}`

/** Processes without keys go by all the others. */
const builtIn = new Set(builtinKinds.map(nameOf))

const whyNot = (name: string): string | undefined => {
  if (name === secrets) return undefined
  if (builtIn.has(name)) return `${name} cannot be sealed: nodes and schedulers read them, and have no keys`
  return /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$/.test(name)
    ? undefined
    : `${JSON.stringify(name)} is no resource, such as secrets or widgets.example.com`
}

const parse = (text: string = secrets): Either<string, SealedResources> => {
  if (text === 'none') return E.right(new Set())
  const names = text.split(',').map(name => name.trim())
  const wrong = names.map(whyNot).find(reason => reason !== undefined)
  return wrong === undefined ? E.right(new Set(names)) : E.left(wrong)
}

/** The setting of which resources are sealed before they enter the log. */
export const sealedResources = (name: Setting<SealedResources>['name'], doc: string): Setting<SealedResources> => ({
  name,
  doc,
  fallback: secrets,
  parse,
})

/** Whether an object is of a sealed resource. */
export const isSealed =
  (resources: SealedResources) =>
  (ref: ObjectRef): boolean =>
    resources.has(nameOf(ref))
