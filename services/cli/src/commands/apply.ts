import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { groupResource } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import { CannotGoOn } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { readManifests } from '../manifests/read-manifests.ts'
import type { Manifest } from '../manifests/read-manifests.ts'
import { blaming } from '../past/api-client.ts'
import { withServer } from '../past/open-server.ts'
import { isNamespaces, readResources, resourceOfObject } from '../past/resources.ts'
import type { Resource } from '../past/resources.ts'

/** What `apply` is told on the command line. */
export interface ApplyOptions {
  readonly atomic?: boolean
  readonly filename?: readonly string[]
  readonly namespace: string
  readonly dryRun?: boolean
  readonly forceConflicts?: boolean
  readonly fieldManager: string
}

interface Written {
  readonly sequence: number
  readonly writes: readonly { readonly changed: boolean; readonly created: boolean }[]
}

/** Applies the objects of files on the server, all or none. */
export const apply = async (context: Context, options: ApplyOptions): Promise<void> => {
  const { atomic, filename = [], dryRun = false, forceConflicts: force = false, fieldManager, namespace } = options
  if (!atomic) throw new CannotGoOn('one object after the other is what kubectl applies; here say --atomic')
  if (filename.length === 0) throw new CannotGoOn('say what to apply: -f FILE or -f DIRECTORY')
  const manifests = readManifests(filename)
  if (manifests.length === 0) throw new CannotGoOn('there is no object in what -f names')
  await withServer(context, async client => {
    const resources = await readResources(client)
    const placed = manifests.map(manifest => inNamespace(resources, manifest, namespace))
    const wrong = placed.find(E.isLeft)
    if (wrong) throw new CannotGoOn(wrong.left)
    const objects = [...placed.filter(E.isRight).map(({ right }) => right)].sort(namespacesFirst)
    const writes = objects.map(({ object }) => ({ verb: 'apply', object, force }))
    const written = (await client
      .writeAtOnce({ fieldManager, dryRun }, writes, context.note)
      .catch(blaming(objects, one => `nothing was applied, because of ${nameOf(one)} of ${one.file}`))) as Written
    written.writes.forEach(({ changed, created }, i) => {
      const what = created ? 'created' : dryRun || changed ? 'configured' : 'unchanged'
      const placedOne = objects[i]
      if (placedOne) context.say(`${nameOf(placedOne)} ${what}${dryRun ? ' (server dry run)' : ''}`)
    })
    if (!dryRun && written.writes.some(({ changed }) => changed)) context.say(`at sequence ${written.sequence}`)
  })
}

interface Placed extends Manifest {
  readonly resource: Resource
}

/** As kubectl names what it applies. */
const nameOf = ({ resource: { resource, group }, object }: Placed): string =>
  `${groupResource(resource, group)}/${object.metadata?.name ?? ''}`

/** In the namespace that was asked for where it says none. Left: one line for the user. */
const inNamespace = (
  resources: readonly Resource[],
  { object, file }: Manifest,
  namespace: string,
): Either<string, Placed> => {
  const resource = resourceOfObject(resources, object)
  if (!resource)
    return E.left(`${file}: no matches for kind "${object.kind ?? ''}" in version "${object.apiVersion ?? ''}"`)
  const isPlaced = !resource.namespaced || Boolean(object.metadata?.namespace)
  const placed: KubernetesObject = isPlaced ? object : { ...object, metadata: { ...object.metadata, namespace } }
  return E.right({ object: placed, file, resource })
}

/** What is created in a namespace of the same group comes after it; all else stays in its order. */
const namespacesFirst = (a: Placed, b: Placed): number =>
  Number(isNamespaces(b.resource)) - Number(isNamespaces(a.resource))
