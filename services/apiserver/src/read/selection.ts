import type { Entry } from '@periplus/projection'

/** Which objects of a collection are meant: by scope, by labels and by fields. */
export interface Selection {
  /** `undefined`: all namespaces. */
  readonly namespace: string | undefined
  /** The one name that can match, where the request or a field selector pins it. */
  readonly name: string | undefined
  /** Neither labels nor fields narrow the collection, so that nothing has to be parsed. */
  readonly everything: boolean
  readonly matches: (entry: Entry) => boolean
}
