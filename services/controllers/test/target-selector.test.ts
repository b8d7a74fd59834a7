import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { targetSelector } from '../src/podautoscaler/target-selector.ts'

const refused = (text: string) => {
  const selector = targetSelector(text)
  assert.ok(E.isLeft(selector))
  return selector.left
}

describe('the selector of what is scaled', () => {
  it('is read as labels.Parse reads it', () => {
    const selector = targetSelector('app=web,!old')
    assert.ok(E.isRight(selector))
    assert.equal(selector.right.matches({ app: 'web' }), true)
    assert.equal(selector.right.matches({ app: 'web', old: '' }), false)
  })

  it('is missing, or none, in the words of Kubernetes', () => {
    const { reason, message, because } = refused('')
    assert.deepEqual([reason, message], ['SelectorRequired', 'selector is required'])
    assert.equal(because, "the HPA target's scale is missing a selector")
    const odd = "couldn't convert selector into a corresponding internal selector object: found ',', expected"
    assert.ok(refused(',').message.startsWith(odd))
    assert.equal(refused(',').because, refused(',').message)
  })

  it('is not read where it is so long that a decision would take seconds', () => {
    const { reason, message } = refused(Array.from({ length: 200_000 }, (_, at) => `k${at}`).join())
    assert.equal(reason, 'InvalidSelector')
    assert.match(message, /it is longer than 32768 characters$/)
  })
})
