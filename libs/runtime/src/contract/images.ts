import assert from 'node:assert/strict'
import { mkdir, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { containerConfig } from './configs.ts'
import { refused, right } from './stage.ts'
import type { Stage } from './stage.ts'

export const imagesContract = (on: Stage): void => {
  it('knows the images it has pulled', async () => {
    const id = right(await on.runtime.pullImage(on.harness.image))
    const status = right(await on.runtime.imageStatus(on.harness.image))
    assert.equal(status?.id, id)
    assert.deepEqual(right(await on.runtime.imageStatus(id)), status)
    assert.ok(right(await on.runtime.images()).some(image => image.id === id))
    assert.equal(right(await on.runtime.imageStatus(on.harness.missingImage)), undefined)
  })

  it('forgets an image, and pulls it again', async () => {
    right(await on.runtime.removeImage(on.harness.image))
    assert.equal(right(await on.runtime.imageStatus(on.harness.image)), undefined)
    right(await on.runtime.removeImage(on.harness.image))
    right(await on.runtime.pullImage(on.harness.image))
    assert.ok(right(await on.runtime.imageStatus(on.harness.image)))
  })

  it('pulls an image for many at a time', async () => {
    const { runtime, harness } = on
    const known = right(await runtime.pullImage(harness.image))
    right(await runtime.removeImage(known))
    const pulled = await Promise.all(Array.from({ length: 4 }, () => runtime.pullImage(harness.image)))
    assert.deepEqual(pulled.map(right), [known, known, known, known])
  })

  it('says why an image cannot be pulled', async () => {
    const missing = await on.runtime.pullImage(on.harness.missingImage)
    assert.ok(E.isLeft(missing) && missing.left.tag === 'PullFailed')
    assert.equal(missing.left.invalidName, false)
    assert.match(missing.left.message, /not found|unknown/)
    const invalid = await on.runtime.pullImage('UPPER')
    assert.ok(E.isLeft(invalid) && invalid.left.tag === 'PullFailed')
    assert.equal(invalid.left.invalidName, true)
    assert.match(invalid.left.message, /repository name \(library\/UPPER\) must be lowercase$/)
  })

  it('shows the files of an image, which nobody can change, or says that it cannot', async () => {
    const image = right(await on.runtime.pullImage(on.harness.image))
    const directory = join(on.harness.logRoot, 'mounted image')
    if (!on.can.mountsImages) {
      assert.equal(refused(await on.runtime.mountImage(image, directory)), 'Unsupported')
      return
    }
    await mkdir(directory)
    right(await on.runtime.mountImage(image, directory))
    right(await on.runtime.mountImage(image, directory))
    const script = 'exec 2>&1; ls /image/bin/busybox && ! touch /image/x && ! /image/bin/busybox true'
    const container = await on.running(script, {
      mounts: [{ containerPath: '/image', hostPath: directory, readOnly: false, propagation: 'private' }],
    })
    const ended = await on.until(container.id, ({ state }) => state === 'exited')
    const said = (await readFile(container.log, 'utf8')).replace(/^\S+ std\w+ F /gm, '')
    assert.deepEqual(
      [ended.exitCode, said],
      [0, '/image/bin/busybox\ntouch: /image/x: Read-only file system\nsh: /image/bin/busybox: Permission denied\n'],
    )
    // Its name and its layers may go: what is shown stays.
    right(await on.runtime.removeImage(image))
    assert.deepEqual(await readdir(join(directory, 'bin')).then(names => names.includes('busybox')), true)
    right(await on.runtime.unmountImage(directory))
    assert.deepEqual(await readdir(directory), [])
    right(await on.runtime.unmountImage(directory))
    right(await on.runtime.pullImage(on.harness.image))
    assert.equal(refused(await on.runtime.mountImage(on.harness.missingImage, directory)), 'NotFound')
  })

  it('makes no container of an image it does not have', async () => {
    const sandbox = on.sandbox()
    const sandboxId = right(await on.runtime.runSandbox(sandbox))
    const config = containerConfig({ sandbox, image: on.harness.missingImage })
    assert.equal(refused(await on.runtime.createContainer(sandboxId, config)), 'NotFound')
  })
}
