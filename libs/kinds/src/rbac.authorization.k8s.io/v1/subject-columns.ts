import type { Column } from '@periplus/api'
import { wideColumn } from '../../describe/columns.ts'
import type { Subject } from './subject.ts'

interface Binding {
  readonly subjects?: readonly Subject[]
}

const named = (binding: Binding, kind: string): string =>
  (binding.subjects ?? [])
    .filter(subject => subject.kind === kind)
    .map(({ name, namespace }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name))
    .join(', ')

/** Whom a binding is for, for `-o wide`. */
export const subjectColumns = <A extends Binding>(): readonly Column<A>[] => [
  wideColumn('Users', 'Users that it is for.', binding => named(binding, 'User')),
  wideColumn('Groups', 'Groups that it is for.', binding => named(binding, 'Group')),
  wideColumn('ServiceAccounts', 'Service accounts that it is for.', binding => named(binding, 'ServiceAccount')),
]
