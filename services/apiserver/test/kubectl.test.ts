import assert from 'node:assert/strict'
import { clientOf } from './client.ts'
import { kubectlOf } from './kubectl.ts'
import type { Kubectl } from './kubectl.ts'
import { deployment } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Deep = Record<string, any>

describe('the real kubectl', function () {
  this.timeout(60_000)
  let server: TestServer
  let kubectl: Kubectl
  before(async () => {
    server = await startTestServer()
    kubectl = await kubectlOf(server)
    await kubectl.ok('create', 'namespace', 'default')
  })
  after(async () => {
    await kubectl.remove()
    await server.stop()
    assert.deepEqual(server.errors, [])
  })
  const manifest = (replicas: number) => kubectl.file('web.json', JSON.stringify(deployment('web', replicas)))

  it('knows the server', async () => {
    const version = JSON.parse(await kubectl.ok('version', '-o', 'json')) as { serverVersion: { minor: string } }
    assert.equal(version.serverVersion.minor, '35')
    const resources = await kubectl.ok('api-resources', '--no-headers')
    assert.match(resources, /^deployments\s+deploy\s+apps\/v1\s+true\s+Deployment$/m)
    assert.match(await kubectl.ok('api-versions'), /^apps\/v1$/m)
    assert.match(await kubectl.ok('get', '--raw', '/readyz?verbose'), /readyz check passed/)
  })

  it('creates from arguments, as generated clients do, and from files', async () => {
    await kubectl.ok('create', 'configmap', 'settings', '--from-literal=a=1')
    await kubectl.ok('create', 'secret', 'generic', 'hidden', '--from-literal=a=1')
    await kubectl.ok('create', 'serviceaccount', 'robot')
    await kubectl.ok('create', 'deployment', 'made', '--image=nginx:1.7.9', '--replicas=2')
    await kubectl.ok('create', '-f', await manifest(2))
    const again = await kubectl.run(['create', '-f', await manifest(2)])
    assert.equal(again.code, 1)
    assert.match(again.stderr, /Error from server \(AlreadyExists\): .*deployments.apps "web" already exists/)
    assert.equal(await kubectl.ok('get', 'configmap', 'settings', '-o', 'jsonpath={.data.a}'), '1')
  })

  it('prints what it prints for Kubernetes', async () => {
    assert.match(await kubectl.ok('get', 'deployments'), /^NAME\s+READY\s+UP-TO-DATE\s+AVAILABLE\s+AGE\nmade\s+0\/2/)
    assert.match(
      await kubectl.ok('get', 'deploy', 'web', '-o', 'wide'),
      /CONTAINERS\s+IMAGES\s+SELECTOR\n.*nginx:1\.7\.9/,
    )
    assert.match(await kubectl.ok('get', 'all,cm,ns', '--show-labels'), /namespace\/default/)
    assert.match(await kubectl.ok('describe', 'deployment', 'web'), /Replicas:\s+2 desired/)
    assert.match(await kubectl.ok('get', 'deploy', '-A', '--no-headers'), /^default\s+made/)
    assert.equal(await kubectl.ok('get', 'cm', '-l', 'none=such', '-o', 'name'), '')
    assert.equal(
      await kubectl.ok('get', 'cm', '--field-selector', 'metadata.name=settings', '-o', 'name'),
      'configmap/settings\n',
    )
    assert.equal((await kubectl.ok('get', 'cm,deploy', '--chunk-size=1', '-o', 'name')).trim().split('\n').length, 3)
  })

  it('labels, annotates, patches, scales and sets', async () => {
    await kubectl.ok('label', 'deployment', 'web', 'tier=front')
    await kubectl.ok('annotate', 'deployment', 'web', 'note=hello')
    await kubectl.ok('patch', 'deployment', 'web', '-p', '{"spec":{"minReadySeconds":3}}')
    await kubectl.ok('patch', 'deployment', 'web', '--type=merge', '-p', '{"spec":{"paused":true}}')
    await kubectl.ok('patch', 'deployment', 'web', '--type=json', '-p', '[{"op":"remove","path":"/spec/paused"}]')
    await kubectl.ok('scale', 'deployment/web', '--replicas=5')
    await kubectl.ok('set', 'image', 'deployment/web', 'nginx=nginx:1.9.1')
    await kubectl.ok(
      'patch',
      'deployment',
      'web',
      '--subresource=status',
      '--type=merge',
      '-p',
      '{"status":{"replicas":1}}',
    )
    const web = JSON.parse(await kubectl.ok('get', 'deployment', 'web', '-o', 'json')) as Deep
    assert.equal(web.metadata.labels.tier, 'front')
    assert.equal(web.metadata.annotations.note, 'hello')
    assert.equal(web.spec.minReadySeconds, 3)
    assert.equal(web.spec.paused, undefined)
    assert.equal(web.spec.replicas, 5)
    assert.equal(web.spec.template.spec.containers[0].image, 'nginx:1.9.1')
    assert.equal(web.spec.template.spec.containers[0].ports[0].containerPort, 80, 'merged, not replaced')
    assert.equal(web.status.replicas, 1)
    const stale = await kubectl.run(['scale', 'deployment/web', '--current-replicas=9', '--replicas=1'])
    assert.match(stale.stderr, /Expected replicas to be 9, was 5/)
  })

  it('applies, differs and edits', async () => {
    const file = await manifest(3)
    const name = await kubectl.file('applied.json', JSON.stringify({ ...deployment('applied', 1) }))
    assert.match(await kubectl.ok('apply', '-f', name), /deployment.apps\/applied created/)
    assert.match(await kubectl.ok('apply', '-f', name), /unchanged/)
    const more = await kubectl.file('applied2.json', JSON.stringify(deployment('applied', 4)))
    const difference = await kubectl.run(['diff', '-f', more])
    assert.equal(difference.code, 1)
    assert.match(difference.stdout, /-\s+replicas: 1\n\+\s+replicas: 4/)
    assert.match(await kubectl.ok('apply', '-f', more), /configured/)
    assert.match(await kubectl.ok('apply', '--dry-run=server', '-f', file), /server dry run/)
    const editor = await kubectl.file('edit.sh', '#!/bin/sh\nsed -i "s/replicas: 4/replicas: 6/" "$1"\n', 0o755)
    const edited = await kubectl.run(['edit', 'deployment', 'applied'], '', { KUBE_EDITOR: editor })
    assert.equal(edited.code, 0, edited.stderr)
    assert.equal(await kubectl.ok('get', 'deploy', 'applied', '-o', 'jsonpath={.spec.replicas}'), '6')
  })

  it('is told of unknown fields', async () => {
    const odd = await kubectl.file('odd.json', JSON.stringify({ ...deployment('odd'), unknownField: 1 }))
    const refused = await kubectl.run(['create', '-f', odd])
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /strict decoding error: unknown field "unknownField"/)
    const warned = await kubectl.run(['create', '--validate=warn', '--dry-run=server', '-f', odd])
    assert.match(warned.stderr, /Warning: unknown field "unknownField"/)
  })

  it('is told of kinds that nobody serves, as kubectl tells it', async () => {
    const file = await kubectl.file('bar.json', '{"apiVersion":"foo/v1","kind":"Bar","metadata":{"name":"x"}}')
    const { code, stderr } = await kubectl.run(['apply', '-f', file])
    assert.equal(code, 1)
    assert.match(stderr, /no matches for kind "Bar" in version "foo\/v1"/)
  })

  it('is warned of what is old', async () => {
    assert.equal((await kubectl.run(['create', 'deployment', 'acts', '--image=busybox'])).stderr, '')
    assert.match((await kubectl.run(['get', 'endpoints'])).stderr, /^Warning: v1 Endpoints is deprecated in v1\.33\+/)
    await kubectl.ok('delete', 'deployment/acts')
  })

  it('watches and waits', async () => {
    const watch = kubectl.follow('get', 'configmaps', '--watch', '--no-headers')
    assert.match(String((await watch.lines.next()).value), /^settings\s+1/)
    const waited = kubectl.ok('wait', '--for=jsonpath={.data.b}=2', 'configmap/settings', '--timeout=20s')
    await kubectl.ok('patch', 'cm', 'settings', '-p', '{"data":{"b":"2"}}')
    assert.match(String((await watch.lines.next()).value), /^settings\s+2/)
    assert.match(await waited, /condition met/)
    const gone = kubectl.ok('wait', '--for=delete', 'configmap/settings', '--timeout=20s')
    await kubectl.ok('delete', 'configmap', 'settings')
    await gone
    watch.stop()
  })

  it('explains', async () => {
    assert.match(
      await kubectl.ok('explain', 'deployment.spec.template.spec.containers'),
      /FIELD: containers <\[\]Container>/,
    )
    assert.match(await kubectl.ok('explain', 'pods', '--recursive'), /restartPolicy\s+<string>/)
  })

  it('asks what it may, and who it is', async () => {
    assert.equal(await kubectl.ok('auth', 'can-i', 'delete', 'pods'), 'yes\n')
    assert.match(await kubectl.ok('auth', 'whoami'), /tester/)
    assert.equal((await kubectl.ok('create', 'token', 'robot')).trim(), 'a-token')
  })

  it('deletes one, several and all', async () => {
    await kubectl.ok('create', 'configmap', 'one')
    await kubectl.ok('create', 'configmap', 'two')
    assert.match(await kubectl.ok('delete', 'cm', 'one', '--dry-run=server'), /server dry run/)
    assert.match(await kubectl.ok('delete', 'cm', 'one', 'two'), /"one" deleted/)
    assert.match(await kubectl.ok('delete', 'deployments', '--all'), /"web" deleted/)
    assert.equal(await kubectl.ok('get', 'deploy', '-o', 'name'), '')
    const gone = await kubectl.run(['get', 'deploy', 'web'])
    assert.match(gone.stderr, /Error from server \(NotFound\): deployments.apps "web" not found/)
  })

  it('applies on the server, and is told whose fields it would take', async () => {
    const applied = ['apply', '--server-side', '-f', await manifest(2)]
    assert.match(await kubectl.ok(...applied), /deployment.apps\/web serverside-applied/)
    assert.match(await kubectl.ok(...applied), /deployment.apps\/web serverside-applied/)
    await kubectl.ok('scale', 'deployment', 'web', '--replicas=5')
    const refused = await kubectl.run(applied)
    assert.equal(refused.code, 1)
    assert.match(
      refused.stderr,
      /Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps\/v1: .spec.replicas/,
    )
    await kubectl.ok(...applied, '--force-conflicts')
    const owners = await kubectl.ok('get', 'deploy', 'web', '-o', 'jsonpath={.metadata.managedFields[*].operation}')
    assert.equal(owners, 'Apply', 'nobody else owns anything any more')
    // What was applied by the client before is taken over by it with its next apply on the server.
    await kubectl.ok('delete', 'deployment', 'web')
    await kubectl.ok('apply', '-f', await manifest(1))
    await kubectl.ok(...applied)
    const managers = await kubectl.ok('get', 'deploy', 'web', '-o', 'jsonpath={.metadata.managedFields[*].manager}')
    assert.equal(managers, 'kubectl-last-applied kubectl', 'kubectl-client-side-apply is gone')
    await kubectl.ok('delete', 'deployment', 'web')
  })

  it('is refused what is not built, in words', async () => {
    const past = await clientOf(server).ask('/at/1/api/v1/namespaces')
    assert.equal(past.status, 501)
  })
})
