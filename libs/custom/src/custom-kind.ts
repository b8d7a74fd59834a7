import { ObjectMeta, fieldError, schema, structural } from '@periplus/api'
import type { FieldError, Kind, KubernetesObject, Schema, Stored, StructuralSchema } from '@periplus/api'
import { validateRulesInSteps } from '@periplus/cel'
import { atOnce } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { defineKind, keepingMetadata, typeMeta } from '@periplus/kinds'
import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from '@periplus/kinds'
import { columnsOf } from './columns.ts'
import { scaleOf } from './scale.ts'

type Json = Readonly<Record<string, unknown>>
type Custom = KubernetesObject & { readonly status?: unknown }

/** What every object has, and what is no schema's of a definition to say. */
const ownFields = ['apiVersion', 'kind', 'metadata']

const without = (record: object, names: readonly string[]): Json => {
  // A spread takes any name for a member's, `__proto__` too.
  const rest: Record<string, unknown> = { ...record }
  for (const name of names) delete rest[name]
  return rest
}

const overfull = fieldError.invalid('<nil>', '', `defaults would bring it more than ${structural.mostFilled} values`)

/** The schema of an object's own members. Made when it is first needed: a definition changes more often than its objects do. */
const membersOf = (root: StructuralSchema): (() => StructuralSchema) => {
  let made: StructuralSchema | undefined
  const make = (): StructuralSchema => {
    const { properties = {} } = root
    if (root.properties && !ownFields.some(name => Object.hasOwn(properties, name))) return root
    return { ...root, properties: without(properties, ownFields) } as StructuralSchema
  }
  return () => (made ??= make())
}

/** Objects may be older than the schema, and than the version that is stored. Each is looked through once, however often it is read. */
const asReadBy = (members: () => StructuralSchema, apiVersion: string): NonNullable<Kind['asRead']> => {
  const known = new WeakMap<object, Stored<KubernetesObject>>()
  let whole: StructuralSchema | undefined
  const read = (object: Stored<KubernetesObject>): Stored<KubernetesObject> => {
    whole ??= { ...members(), properties: { ...(members().properties as Json), ...anyOwn } } as StructuralSchema
    const pruned = structural.prune(whole, object, [], () => undefined)
    const filled = structural.fill(whole, pruned) as Stored<KubernetesObject>
    return object.apiVersion === apiVersion ? filled : { ...filled, apiVersion }
  }
  return object => {
    const found = known.get(object) ?? read(object)
    known.set(object, found)
    return found
  }
}

/** What no schema says anything of is left as it is. */
const anyOwn = Object.fromEntries(ownFields.map(name => [name, { 'x-kubernetes-preserve-unknown-fields': true }]))

const schemaOf = (name: string, root: StructuralSchema, members: () => StructuralSchema): Schema<KubernetesObject> =>
  schema.struct(
    name,
    {
      ...typeMeta,
      metadata: schema.optional(1, ObjectMeta, { doc: "Standard object's metadata: its name, labels and history." }),
    },
    {
      rest: {
        prune: (value, unknown) => structural.prune(members(), value, [], unknown),
        get openApi() {
          return { ...(root as Json), properties: members().properties ?? {} }
        },
      },
    },
  )

/** `com.example.v1.Boat`: how OpenAPI names the kind. */
const definitionName = (group: string, version: string, kind: string): string =>
  [...group.split('.').reverse(), version, kind].join('.')

const conversionOf = ({ spec: { conversion } }: CustomResourceDefinition): Pick<Kind, 'convertedBy'> => {
  const { clientConfig, conversionReviewVersions } = conversion?.webhook ?? {}
  return conversion?.strategy === 'Webhook' && clientConfig && conversionReviewVersions
    ? { convertedBy: { clientConfig, reviewVersions: conversionReviewVersions } }
    : {}
}

/** The kind that a version of a definition describes. */
export const customKind = (
  definition: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
): Kind<KubernetesObject> => {
  const { group, names, scope } = definition.spec
  const root = (version.schema?.openAPIV3Schema ?? { type: 'object' }) as StructuralSchema
  const members = membersOf(root)
  const hasStatus = version.subresources?.status !== undefined
  const isLeaving = definition.metadata?.deletionTimestamp !== undefined
  function* errors(object: KubernetesObject, previous?: KubernetesObject): Steps<readonly FieldError[]> {
    if (!structural.isFilled(members(), object)) return [overfull]
    yield
    const broken = yield* structural.valueErrorsInSteps(root, object, '', previous)
    // What a value's type says is what rules may rely on.
    return broken.length > 0 ? broken : yield* validateRulesInSteps(root, object, previous)
  }
  const fields = version.selectableFields ?? []
  const scale = version.subresources?.scale
  return defineKind({
    group,
    version: version.name,
    kind: names.kind,
    resource: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === 'Namespaced',
    schema: schemaOf(definitionName(group, version.name, names.kind), root, members),
    hasStatus,
    stored: version.storage,
    ...(version.served ? {} : { isUnserved: true }),
    // Nothing new comes while the definition waits for its objects to go.
    verbs: isLeaving ? allVerbs.filter(verb => verb !== 'create') : allVerbs,
    columns: columnsOf(version),
    selectableFields: Object.fromEntries(fields.map(({ jsonPath }) => [jsonPath.slice(1), textAt(jsonPath)])),
    ...(scale ? { scale: scaleOf(scale) } : {}),
    defaults: object => structural.fill(members(), object) as KubernetesObject,
    ...conversionOf(definition),
    asRead: asReadBy(members, `${group}/${version.name}`),
    prepareForStatusUpdate: keepingMetadata,
    prepareForCreate: hasStatus ? withoutStatus : object => object,
    validate: (...given) => atOnce(errors(...given)),
    validateInSteps: errors,
    validateStatusUpdate: (...given) => atOnce(errors(...given)),
    validateStatusUpdateInSteps: errors,
    generationOf: object => without(object as Json, hasStatus ? [...ownFields, 'status'] : ownFields),
  })
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const

const withoutStatus = (object: Custom): KubernetesObject => {
  const { status: _, ...rest } = object
  return rest
}

const textAt = (text: string): ((object: KubernetesObject) => string) => {
  const path = structural.jsonPath(text)
  return object => {
    const [value] = path?.find(object) ?? []
    return value === undefined || value === null || typeof value === 'object' ? '' : String(value)
  }
}
