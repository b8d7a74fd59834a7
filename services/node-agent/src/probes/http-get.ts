import type { HTTPGetAction } from '@periplus/kinds'
import type { Clock } from '@periplus/prelude'
import type { ProbeAnswer } from './answer.ts'
import { dialError } from './dial-error.ts'
import { getFollowing, urlOf } from './http-request.ts'
import { withSignal } from './time-limit.ts'

export interface HttpGet {
  readonly action: HTTPGetAction
  readonly host: string
  readonly port: number
  readonly headers: Readonly<Record<string, string | string[]>>
  /** Milliseconds. */
  readonly timeout: number
}

/** GET as a probe makes it: 200 to 399 is well, and what was not answered failed. No body is told of: it may hold anything. */
export const httpGet = async (
  clock: Clock,
  { action, host, port, headers, timeout }: HttpGet,
): Promise<ProbeAnswer> => {
  const url = urlOf(action, host, port)
  try {
    const { status, body } = await withSignal(clock, timeout, signal => getFollowing({ url, headers, signal }))
    if (status >= 300 && status < 400)
      return { tag: 'success', text: `Probe terminated redirects, Response body: ${body}` }
    return status >= 200 && status < 300
      ? { tag: 'success', text: body }
      : { tag: 'failure', text: `HTTP probe failed with statuscode: ${status}` }
  } catch (error) {
    return dialError('Get', url, error)
  }
}
