import type { Command } from '@periplus/commands'
import { recordEvents, warning } from '@periplus/controller'
import { Ingress } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { RoutingTable } from '../routes/routing-table.ts'

/** Where the Ingresses of a moment can be reached; no addresses: nowhere, for the reason in one line. */
export interface Reached {
  readonly addresses: readonly string[]
  readonly why?: string
}

const component = 'ingress'

/** What the statuses of the Ingresses lack: where they are to be reached. */
export const statusCommands = ({ ingresses }: RoutingTable, { addresses }: Reached): readonly Command[] =>
  ingresses
    .filter(ingress => addressesOf(ingress).join(' ') !== addresses.join(' '))
    .map(({ metadata }) => ({
      verb: 'patch',
      kind: Ingress,
      subresource: 'status',
      ref: {
        group: Ingress.group,
        resource: Ingress.resource,
        namespace: metadata.namespace ?? '',
        name: metadata.name,
      },
      patch: { type: 'merge', body: { status: { loadBalancer: { ingress: addresses.map(ip => ({ ip })) } } } },
    }))

const addressesOf = ({ status }: Ingress): readonly string[] =>
  (status?.loadBalancer?.ingress ?? []).map(({ ip = '' }) => ip)

/** Happenings that were told by their Ingress and its generation, so that nothing is told twice. */
export type Told = ReadonlySet<string>

/** Events about what is wrong with Ingresses and was not told yet, and what is told then. */
export const tellProblems = (
  cut: Cut,
  now: number,
  { ingresses, problems }: RoutingTable,
  { why }: Reached,
  told: Told,
): { readonly commands: readonly Command[]; readonly told: Told } => {
  const drafts = [
    ...problems.map(({ ingress, reason, message }) => warning(ingress, reason, message)),
    ...(why === undefined ? [] : ingresses.map(ingress => warning(ingress, 'CannotListen', why))),
  ]
  const keyed = new Map(drafts.map(each => [`${each.regarding.metadata.uid} ${each.reason} ${each.message}`, each]))
  const fresh = [...keyed].filter(([key]) => !told.has(key)).map(([, draft]) => draft)
  return { commands: recordEvents(cut, now, component, fresh), told: new Set(keyed.keys()) }
}
