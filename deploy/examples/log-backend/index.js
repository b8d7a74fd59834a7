// A log backend of one's own, in one file: VictoriaLogs by its JSON stream API. The port is described, with all that may be
// answered, in libs/logs/src/backend.ts. The operator lets it in with PERIPLUS_LOG_BACKENDS, a ClusterLogSink names it:
//
//   backend: { name: periplus-log-victorialogs, config: { url: "http://127.0.0.1:9428/" } }

const known = new Set(['url'])

/** What is wrong with a sink's configuration, all at once. */
const faultsOf = config => [
  ...Object.keys(config)
    .filter(field => !known.has(field))
    .map(field => ({ field, message: 'is not known' })),
  ...(URL.canParse(String(config.url)) ? [] : [{ field: 'url', message: 'must be a URL' }]),
]

const documentOf = ({ source, stream, time, number, bytes }) =>
  JSON.stringify({
    _time: String(time),
    _msg: Buffer.from(bytes).toString(),
    ...{ namespace: source.namespace, pod: source.pod, container: source.container, node: source.node },
    ...{ stream, number: String(number) },
  })

/** What the router does next follows from the tag: again later, a smaller batch, one line less, or nothing before somebody mends it. */
const failureOf = status => {
  const why = `HTTP ${status}`
  if (status === 413) return { tag: 'TooLarge', why }
  if (status === 400) return { tag: 'Poisoned', why }
  return { tag: status === 429 || status >= 500 ? 'Unavailable' : 'Denied', why }
}

/** @type {import('@periplus/logs').LogBackend} */
const victoriaLogs = {
  name: 'periplus-log-victorialogs',
  open: (given, credentials, limits) => async () => {
    const config = typeof given === 'object' && given !== null ? given : {}
    const faults = faultsOf(config)
    if (faults.length > 0) return { _tag: 'Left', left: { tag: 'Invalid', faults } }
    const url = new URL('insert/jsonline?_stream_fields=namespace,pod,container,stream', config.url)
    const token = credentials.get('token')
    const headers = {
      'content-type': 'application/stream+json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
    let closed = false
    const write = async (lines, signal) => {
      if (closed) return { tag: 'Unavailable', why: 'the writer is closed' }
      try {
        const within = AbortSignal.any([signal, AbortSignal.timeout(limits.answerWithin)])
        const body = `${lines.map(documentOf).join('\n')}\n`
        const { ok, status } = await fetch(url, { method: 'POST', headers, body, signal: within, redirect: 'manual' })
        return ok ? { tag: 'Taken' } : failureOf(status)
      } catch (error) {
        const late = error.name === 'TimeoutError'
        return { tag: 'Unavailable', why: late ? `no answer within ${limits.answerWithin / 1000} s` : error.message }
      }
    }
    const close = async () => {
      closed = true
    }
    return { _tag: 'Right', right: { write, flush: async () => undefined, close } }
  },
}

export default victoriaLogs
