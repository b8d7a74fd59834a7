import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { clientOf } from './client.ts'
import { kubectlOf } from './kubectl.ts'
import type { Kubectl } from './kubectl.ts'
import { namespace } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'

const labels = 'labels: { app: {{ .Release.Name }} }'
const chart = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'web/values.yaml': 'replicas: 2\nimage: nginx:1\nextra: true\n',
  'web/templates/all.yaml': `
apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }}, ${labels} }
data:
  image: {{ .Values.image | quote }}
  {{- if .Values.extra }}
  extra: "yes"
  {{- end }}
---
apiVersion: v1
kind: Service
metadata: { name: {{ .Release.Name }}, ${labels} }
spec:
  selector: { app: {{ .Release.Name }} }
  ports: [{ name: http, port: 80 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }}, ${labels} }
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: {{ .Release.Name }} } }
  template:
    metadata: { ${labels} }
    spec: { containers: [{ name: web, image: {{ .Values.image | quote }}, ports: [{ containerPort: 80 }] }] }
`,
}

describe('the real Helm, with its defaults', function () {
  this.timeout(60_000)
  let server: TestServer
  let helm: Kubectl
  let folder: string
  before(async () => {
    server = await startTestServer()
    helm = await kubectlOf(server, 'helm')
    await clientOf(server).post('/api/v1/namespaces', namespace('default'))
    await clientOf(server).post('/apis/networking.k8s.io/v1/servicecidrs', {
      metadata: { name: 'kubernetes' },
      spec: { cidrs: ['10.96.0.0/16'] },
    })
    const paths = await Promise.all(Object.entries(chart).map(([name, text]) => helm.file(name, text)))
    folder = dirname(paths[0] ?? '')
  })
  after(async () => {
    await helm.remove()
    await server.stop()
    assert.deepEqual(server.errors, [])
  })
  const read = async (path: string) => (await clientOf(server).ask(path)).json
  const configMap = () => read('/api/v1/namespaces/default/configmaps/shop')
  const deployment = () => read('/apis/apps/v1/namespaces/default/deployments/shop')

  it('installs a chart by applying it on the server', async () => {
    assert.match(await helm.ok('install', 'shop', folder), /STATUS: deployed/)
    const { managedFields } = (await deployment()).metadata
    assert.deepEqual([managedFields[0].manager, managedFields[0].operation], ['helm', 'Apply'])
    assert.equal(JSON.parse(await helm.ok('list', '-o', 'json'))[0].status, 'deployed')
  })

  it('upgrades it, so that what the chart says no more goes, and rolls back', async () => {
    await helm.ok('upgrade', 'shop', folder, '--set', 'image=nginx:2,extra=false')
    assert.deepEqual((await configMap()).data, { image: 'nginx:2' })
    assert.equal((await deployment()).spec.template.spec.containers[0].image, 'nginx:2')
    await helm.ok('rollback', 'shop', '1')
    assert.deepEqual((await configMap()).data, { image: 'nginx:1', extra: 'yes' })
  })

  it('is told whose field it would take', async () => {
    const scale = { method: 'PATCH', body: { spec: { replicas: 7 } } }
    const headers = { 'content-type': 'application/merge-patch+json', 'user-agent': 'autoscaler/1' }
    await clientOf(server).ask('/apis/apps/v1/namespaces/default/deployments/shop/scale', { ...scale, headers })
    const refused = await helm.run(['upgrade', 'shop', folder, '--set', 'replicas=3'])
    assert.notEqual(refused.code, 0)
    assert.match(refused.stderr, /conflict with "autoscaler" with subresource "scale" using apps\/v1: .spec.replicas/)
    assert.equal((await deployment()).spec.replicas, 7)
  })

  it('uninstalls it', async () => {
    await helm.ok('uninstall', 'shop')
    assert.equal((await configMap()).code, 404)
  })
})
