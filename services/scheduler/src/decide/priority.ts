import type { Pod } from '@periplus/kinds'

export const priorityOf = ({ spec }: Pod): number => spec?.priority ?? 0
