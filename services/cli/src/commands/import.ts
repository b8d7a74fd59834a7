import { placeOfRestorable } from '@periplus/replay'
import type { Restorable } from '@periplus/replay'
import type { Context } from '../context.ts'
import { carryOver } from '../import/carry-over.ts'
import type { Fate } from '../import/carry-over.ts'
import { planImport } from '../import/plan-import.ts'
import type { ImportPlan } from '../import/plan-import.ts'
import { carriedKinds, readAll } from '../import/read-source.ts'
import { apiClient } from '../past/api-client.ts'
import { serverOf, withServer } from '../past/open-server.ts'
import { readResources } from '../past/resources.ts'
import { restorableName } from '../views/restore.ts'

/** What `import` is told on the command line. */
export interface ImportOptions {
  readonly kubeconfig: string
  readonly namespace?: readonly string[]
  readonly dryRun?: boolean
}

const fateLine = (fate: Fate): string => {
  const name = restorableName(fate.of)
  switch (fate.tag) {
    case 'Made':
      return [`+ ${name}`, ...fate.notes.map(note => `    ${note}`)].join('\n')
    case 'Refused':
      return `! ${name}: ${fate.why}`
    case 'Untried':
      return `? ${name}: cannot be tried before what it needs is there`
  }
}

const uidsHere = (there: readonly Restorable[], here: readonly Restorable[]): ReadonlyMap<string, string> => {
  const uids = new Map(here.map(one => [placeOfRestorable(one), one.object.metadata?.uid ?? '']))
  return new Map(
    there.flatMap(one => {
      const uid = uids.get(placeOfRestorable(one))
      return uid === undefined ? [] : [[one.object.metadata?.uid ?? '', uid] as const]
    }),
  )
}

/** What people have to know beyond single objects. */
const remarks = ({ claims, revisions, present }: ImportPlan): readonly string[] => [
  ...(present.length > 0 ? [`objects with a namesake here, which stays as it is: ${present.length}`] : []),
  ...(claims > 0 ? [`claims that get new, empty volumes, as data does not come along: ${claims}`] : []),
  ...(revisions > 0 ? [`ReplicaSets that Deployments make again, without earlier revisions: ${revisions}`] : []),
]

/** Makes in this cluster the objects of another one, of which nothing is asked but what any Kubernetes answers. */
export const importFrom = (
  context: Context,
  { kubeconfig, namespace = [], dryRun = false }: ImportOptions,
): Promise<void> =>
  withServer(context, async client => {
    const source = apiClient(serverOf(kubeconfig))
    try {
      const resources = await readResources(client)
      const kinds = carriedKinds(await readResources(source), resources)
      const there = await readAll(
        source,
        kinds.map(kind => kind.there),
        namespace,
      )
      const here = await readAll(
        client,
        kinds.flatMap(kind => kind.here ?? []),
        namespace,
      )
      const plan = planImport(there.objects, here.objects, new Set(namespace))
      for (const { of, why } of plan.left) context.say(`= ${restorableName(of)}: stays there, as ${why}`)
      const how = { fieldManager: 'periplus-import', dryRun }
      const namesakes = uidsHere(there.objects, here.objects)
      const counts = { Made: 0, Refused: 0, Untried: 0 }
      for await (const fate of carryOver(plan, { client, resources, namesakes, how })) {
        counts[fate.tag]++
        context.say(fateLine(fate))
      }
      for (const remark of remarks(plan)) context.say(remark)
      for (const kind of there.forbidden) context.note(`${kind}: you may not list them in ${source.server}`)
      const { Made, Refused, Untried } = counts
      const summary = dryRun ? `${Made} would be made, ${Untried} could not be tried` : `${Made} were made`
      context.say(`of ${plan.creations.length} objects ${summary}, ${Refused} ${dryRun ? 'would be' : 'were'} refused`)
      if (Refused > 0 || there.forbidden.length > 0) process.exitCode = 1
    } finally {
      source.close()
    }
  })
