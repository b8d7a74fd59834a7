import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/** A client's datagrams, which the kernel goes on sending where it sent the first, whatever rules say since. */
export interface Flow {
  /** Where the client sends them. */
  readonly to: string
  readonly port: number
  /** Whom they reach. */
  readonly answeredBy: string
}

/** The UDP flows that a machine's kernel knows of. Left: one line that says why it could not be asked. */
export interface Flows {
  list(): Promise<Either<string, readonly Flow[]>>
  /** All flows like this one, whoever the clients are: their next datagrams begin anew. Those that are gone already are gone. */
  forget(flow: Flow): Promise<Either<string, void>>
}

/** Flows that a test writes down. */
export const memoryFlows = (flows: readonly Flow[]): Flows => {
  let known = flows
  return {
    list: async () => E.right(known),
    forget: async ({ to, port, answeredBy }) => {
      known = known.filter(flow => flow.to !== to || flow.port !== port || flow.answeredBy !== answeredBy)
      return E.right(undefined)
    },
  }
}
