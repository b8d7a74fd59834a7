import assert from 'node:assert/strict'
import { attackGateway } from '../attack/node-users/gateway.ts'

describe('commands of a node that means no good', function () {
  this.timeout(300_000)

  it('are answered, never by a bug, and write nothing but its own', async () => {
    // A number that JSON has and JavaScript has not.
    const command =
      '{"verb":"update","kind":{"group":"","version":"v1","resource":"nodes"},"subresource":9007199254740993}'
    const asked = Buffer.from(`{"id":"a","command":${command},"causes":[1],"correlationId":"a"}`)
    const { answers, complaints } = await attackGateway(1, done => done < 1000, [asked])
    assert.deepEqual(complaints, [])
    // A walk that gets nowhere would find nothing.
    for (const tag of ['done', 'BadRequest', 'Forbidden', 'NotFound']) assert.ok(answers.has(tag), String([...answers]))
  })
})
