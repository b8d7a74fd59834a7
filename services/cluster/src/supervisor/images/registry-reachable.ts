import { request as plain } from 'node:http'
import { request as secure } from 'node:https'

/** Where `nginx` comes from when nothing else is said. */
const publicRegistry = 'https://registry-1.docker.io/v2/'

/** Whether a registry answers at all, be it with a demand to log in; `milliseconds` is all the time it gets. */
export const registryReachable = (url: string = publicRegistry, milliseconds = 2500): Promise<boolean> =>
  new Promise(resolve => {
    const { protocol } = new URL(url)
    const asked = (protocol === 'http:' ? plain : secure)(url, { method: 'HEAD', agent: false }, response => {
      response.resume()
      // What is no registry, such as a proxy's refusal, does not say this.
      resolve(response.headers['docker-distribution-api-version'] !== undefined)
    })
    // A request's own time limit counts only while its socket is silent; looking up a name may take longer.
    const limit = setTimeout(() => asked.destroy(new Error('too late')), milliseconds)
    asked.on('close', () => clearTimeout(limit))
    asked.on('error', () => resolve(false))
    asked.end()
  })
