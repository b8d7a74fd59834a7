import { E } from '@periplus/prelude'
import { CannotGoOn } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { withPast } from '../past/open-past.ts'
import { columns } from '../views/columns.ts'
import { momentIfAny } from './since.ts'

interface TraceOptions {
  readonly namespace: string
  readonly at?: string
}

/** How a connection from a pod to a service goes, step by step, and where it ends. */
export const trace = (context: Context, pod: string, place: string, { namespace, at }: TraceOptions): Promise<void> =>
  withPast(context, async past => {
    const { trace: traceIn } = await import('@periplus/cluster/roles')
    const [, service = '', port] = /^([^:]+)(?::([^:]+))?$/.exec(place.replace(/^(service|svc)\//, '')) ?? []
    if (service === '') throw new CannotGoOn(`'${place}' is not of the form SERVICE[:PORT], such as web:80`)
    const question = { namespace, pod: pod.replace(/^(pods?|po)\//, ''), service, port }
    const traced = traceIn(await past.network(momentIfAny(at)), question)
    if (E.isLeft(traced)) throw new CannotGoOn(traced.left)
    context.say(columns(traced.right))
  })
