import type { Kind, KubernetesObject, Subresource, Verb } from '@periplus/api'
import { atOnce } from '@periplus/prelude'
import { nameAndCreation } from './columns.ts'

type Defaulted =
  | 'singular'
  | 'shortNames'
  | 'categories'
  | 'verbs'
  | 'hasStatus'
  | 'subresources'
  | 'stored'
  | 'selectableFields'
  | 'columns'

const everyVerb: readonly Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

/** A kind from what is particular to it: the rest is what most kinds have (all verbs, no status, name and creation time). */
export const defineKind = <A extends KubernetesObject>(
  particulars: Omit<Kind<A>, Defaulted> & Partial<Pick<Kind<A>, Defaulted>>,
): Kind<A> => {
  const { validateInSteps } = particulars
  return {
    singular: particulars.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    verbs: everyVerb,
    hasStatus: false,
    subresources: [],
    stored: true,
    selectableFields: {},
    columns: nameAndCreation,
    ...(particulars.hasStatus && { prepareForCreate: withEmptyStatus }),
    ...(validateInSteps && { validate: (object: A, previous?: A) => atOnce(validateInSteps(object, previous)) }),
    ...particulars,
  }
}

/** A subresource as discovery lists it, with the kind that its requests carry. */
export const subresource = (name: string, kind: Subresource['kind'], verbs: readonly string[]): Subresource => ({
  name,
  kind,
  verbs,
})

/** Nothing has been observed of what is only being created. */
const withEmptyStatus = <A extends KubernetesObject>(object: A): A => ({ ...object, status: {} })
