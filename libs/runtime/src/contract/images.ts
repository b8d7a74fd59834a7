import assert from 'node:assert/strict'
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

  it('makes no container of an image it does not have', async () => {
    const sandbox = on.sandbox()
    const sandboxId = right(await on.runtime.runSandbox(sandbox))
    const config = containerConfig({ sandbox, image: on.harness.missingImage })
    assert.equal(refused(await on.runtime.createContainer(sandboxId, config)), 'NotFound')
  })
}
