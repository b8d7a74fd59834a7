import * as all from '@periplus/controllers'
import type { Controller } from '@periplus/controller'

/** Every controller of a cluster. `caPem` is what pods are given to trust. */
export const controllersOf = (_caPem: string): readonly Controller[] => Object.values(all)
