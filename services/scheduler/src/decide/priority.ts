import type { Pod } from '@periplus/kinds'

export const priorityOf = ({ spec }: Pick<Pod, 'spec'>): number => spec?.priority ?? 0
