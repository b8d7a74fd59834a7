import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { E } from '@periplus/prelude'
import { prepareImages } from '../../../src/supervisor/images/prepare-images.ts'
import { registryReachable } from '../../../src/supervisor/images/registry-reachable.ts'

const directory = fileURLToPath(new URL('../../../../../node_modules/.cache/stand-ins', import.meta.url))

describe('where images come from', function () {
  // The first time, packages are downloaded.
  this.timeout(300_000)

  const prepared = async (mode: 'auto' | 'registry' | 'standins', reachable: boolean) => {
    const said: string[] = []
    const got = await prepareImages({
      mode,
      directory,
      say: line => said.push(line),
      reachable: async () => reachable,
    })
    if (E.isLeft(got)) assert.fail(got.left)
    return { said, ...got.right }
  }

  it('is the registry, silently, where one can be reached or is asked for', async () => {
    for (const images of [await prepared('auto', true), await prepared('registry', false)])
      assert.deepEqual([images.mirror, images.said], [undefined, []])
  })

  it('is the stand-ins where no registry can be reached, and that is said', async () => {
    const images = await prepared('auto', false)
    assert.deepEqual(images.mirror?.registries, ['docker.io', 'registry.k8s.io'])
    const said = images.said.join('\n')
    assert.match(said, /STAND-INS/)
    assert.match(said, /nginx:<any tag> is nginx \d+\.\d+\.\d+\S* of Debian/)
    assert.match(said, /busybox:<any tag> is BusyBox \S+ of Debian/)
    assert.match(said, /PERIPLUS_IMAGES=registry switches this off/)
    const answer = await fetch(`${images.mirror?.endpoint}/v2/library/nginx/manifests/1.7.9`)
    assert.equal(answer.status, 200)
    await images.stop()
  })

  it('is the stand-ins where they are asked for', async () => {
    const images = await prepared('standins', true)
    assert.ok(images.mirror)
    await images.stop()
  })

  it('knows a registry by its answer', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/v2/') response.setHeader('Docker-Distribution-Api-Version', 'registry/2.0')
      response.statusCode = request.url === '/v2/' ? 401 : 403
      if (request.url !== '/silence') response.end()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    assert.equal(await registryReachable(`${base}/v2/`), true)
    assert.equal(await registryReachable(`${base}/proxy`), false)
    assert.equal(await registryReachable(`${base}/silence`, 50), false)
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
    assert.equal(await registryReachable(`${base}/v2/`), false)
  })
})
