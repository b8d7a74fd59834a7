import assert from 'node:assert/strict'
import { fieldWords } from '@periplus/kinds'

describe('the words about fields', () => {
  it('are those of the type, or those of every field of the name', () => {
    assert.equal(fieldWords('JobStatus', 'active'), 'Pods that have not ended.')
    assert.equal(fieldWords('CronJobStatus', 'active'), 'Jobs of it that run.')
    assert.equal(fieldWords('NFSVolumeSource', 'readOnly'), fieldWords('RBDVolumeSource', 'readOnly'))
    assert.equal(fieldWords('PodCondition', 'status'), 'True, False or Unknown.')
    assert.equal(fieldWords('JobStatus', 'nothing'), undefined)
    assert.equal(fieldWords('JobStatus', '__proto__'), undefined)
  })
})
