import { formatTime } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { anHourLater, completed, deciding, startOfTime } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import { Deployment, HorizontalPodAutoscaler, PodMetrics } from '@periplus/kinds'
import type { HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus, Pod } from '@periplus/kinds'
import { horizontalPodAutoscalerController } from '../src/index.ts'
import { deployment, pod } from './objects.ts'

const given = deciding(horizontalPodAutoscalerController(kindsAt))
const now = anHourLater

const hpa = (
  spec: Partial<HorizontalPodAutoscalerSpec> = {},
  recent: object = {},
  status?: HorizontalPodAutoscalerStatus,
): Stored<HorizontalPodAutoscaler> =>
  completed(HorizontalPodAutoscaler, {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: {
      name: 'web',
      namespace: 'default',
      annotations: { 'autoscaling.periplus.io/recent': JSON.stringify(recent) },
    },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 10,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
      ],
      ...spec,
    },
    ...(status ? { status } : {}),
  } as HorizontalPodAutoscaler) as Stored<HorizontalPodAutoscaler>

const web = (replicas: number) => deployment('web', { replicas })

/** A pod of the deployment that asks for 100m. */
const member = (name: string, traits: Parameters<typeof pod>[2] = {}): Pod => {
  const one = pod(name, undefined, { labels: { app: 'web' }, ...traits })
  return {
    ...one,
    spec: {
      ...one.spec,
      containers: [{ name: 'main', image: 'a', resources: { requests: { cpu: '100m', memory: '100Mi' } } }],
    },
    status: { ...one.status, startTime: formatTime(startOfTime) },
  }
}
const reading = (name: string, cpu: string, memory = '10Mi') => ({
  apiVersion: 'metrics.k8s.io/v1beta1',
  kind: PodMetrics.kind,
  metadata: { name, namespace: 'default' },
  timestamp: formatTime(now),
  window: '15s',
  containers: [{ name: 'main', usage: { cpu, memory } }],
})
const using = (...cpus: readonly string[]) => cpus.flatMap((cpu, i) => [member(`p${i}`), reading(`p${i}`, cpu)])

const scales = (replicas: number) => ({
  verb: 'patch' as const,
  kind: Deployment,
  subresource: 'scale',
  ref: { name: 'web' },
  patch: { body: { spec: { replicas } } },
})
const says = (...conditions: readonly object[]) => ({
  verb: 'patch' as const,
  kind: HorizontalPodAutoscaler,
  subresource: 'status',
  patch: { body: { status: { conditions } } },
})
const remembers = (recommended: readonly (readonly [number, number])[]) => ({
  verb: 'patch' as const,
  kind: HorizontalPodAutoscaler,
  patch: {
    body: {
      metadata: { annotations: { 'autoscaling.periplus.io/recent': JSON.stringify({ recommended, scaled: [] }) } },
    },
  },
})
const is = (type: string, status: string, reason: string, message?: string) => ({
  ...{ type, status, reason },
  ...(message === undefined ? {} : { message }),
})

describe('the HorizontalPodAutoscaler controller', () => {
  it('grows a target whose pods use more than they should', () => {
    given(hpa(), web(2), ...using('100m', '80m'))
      .when('default/web')
      .then(scales(4), {
        verb: 'patch',
        kind: HorizontalPodAutoscaler,
        patch: {
          body: {
            status: {
              currentReplicas: 2,
              desiredReplicas: 4,
              lastScaleTime: formatTime(now),
              currentMetrics: [
                {
                  type: 'Resource',
                  resource: { name: 'cpu', current: { averageUtilization: 90, averageValue: '90m' } },
                },
              ],
              conditions: [
                is(
                  'AbleToScale',
                  'True',
                  'SucceededRescale',
                  'the HPA controller was able to update the target scale to 4',
                ),
                is('ScalingActive', 'True', 'ValidMetricFound'),
                is('ScalingLimited', 'False', 'DesiredWithinRange'),
              ],
            },
          },
        },
      })
      .tells('SuccessfulRescale: New size: 4; reason: cpu resource utilization (percentage of request) above target')
      .requeuesAfter(15_000)
  })

  it('leaves it alone within a tenth of the target', () => {
    given(hpa(), web(2), ...using('55m', '54m'))
      .when('default/web')
      .then(
        says(
          is('AbleToScale', 'True', 'ReadyForNewScale'),
          is('ScalingActive', 'True', 'ValidMetricFound'),
          is('ScalingLimited', 'False', 'DesiredWithinRange'),
        ),
      )
      .why('2 pods are as many as there should be')
  })

  it('shrinks it when five minutes have agreed, and not before', () => {
    const low = using('10m', '10m', '10m', '10m')
    given(hpa({}, { recommended: [[now - 200_000, 4]] }), web(4), ...low)
      .when('default/web')
      .then(
        says(
          is('AbleToScale', 'True', 'ScaleDownStabilized'),
          is('ScalingActive', 'True', 'ValidMetricFound'),
          is('ScalingLimited', 'False', 'DesiredWithinRange'),
        ),
      )
    given(
      hpa(
        {},
        {
          recommended: [
            [now - 301_000, 4],
            [now - 200_000, 1],
          ],
        },
      ),
      web(4),
      ...low,
    )
      .when('default/web')
      .tells('SuccessfulRescale: New size: 1; reason: All metrics below target')
  })

  it('holds what it recommended last until the look before the one that recommends otherwise', () => {
    const held = [now - 7_200_000, 4] as const
    const low = using('10m', '10m', '10m', '10m')
    given(hpa({}, { recommended: [held] }), web(4), ...low)
      .when('default/web')
      .then(remembers([held, [now - 15_000, 4], [now, 1]]))
    const busy = using('50m', '50m', '50m', '50m')
    const policies = [{ type: 'Percent', value: 100, periodSeconds: 15 }]
    const behavior = { scaleDown: { selectPolicy: 'Max', policies, stabilizationWindowSeconds: 0 } }
    given(hpa({}, { recommended: [held] }), web(4), ...busy)
      .when('default/web')
      .then(remembers([held]))
    given(hpa({ behavior }, { recommended: [held] }), web(4), ...low)
      .when('default/web')
      .tells(/^SuccessfulRescale: New size: 1;/)
  })

  it('keeps between its bounds, and grows at most to twice the number at once', () => {
    const busy = using('900m')
    given(hpa(), web(1), ...busy)
      .when('default/web')
      .tells(/^SuccessfulRescale: New size: 4;/)
    given(hpa({ maxReplicas: 3 }), web(1), ...busy)
      .when('default/web')
      .tells(/^SuccessfulRescale: New size: 3;/)
    given(hpa({ maxReplicas: 3 }), web(5))
      .when('default/web')
      .tells('SuccessfulRescale: New size: 3; reason: Current number of replicas above Spec.MaxReplicas')
    given(hpa({ minReplicas: 2 }), web(1))
      .when('default/web')
      .tells('SuccessfulRescale: New size: 2; reason: Current number of replicas below Spec.MinReplicas')
    given(hpa(), web(0))
      .when('default/web')
      .then(says(is('AbleToScale', 'True', 'SucceededGetScale'), is('ScalingActive', 'False', 'ScalingDisabled')))
  })

  it('follows the policies of its behaviour', () => {
    const policies = [{ type: 'Pods', value: 2, periodSeconds: 60 }]
    const scaleDown = { selectPolicy: 'Max', policies, stabilizationWindowSeconds: 0 }
    const scaleUp = { selectPolicy: 'Max', policies, stabilizationWindowSeconds: 0 }
    const behavior = { scaleDown, scaleUp }
    const busy = using('500m', '500m', '500m')
    given(hpa({ behavior }), web(3), ...busy)
      .when('default/web')
      .tells(/New size: 5;/)
    given(hpa({ behavior }, { scaled: [[now - 30_000, 1]] }), web(3), ...busy)
      .when('default/web')
      .tells(/New size: 4;/)
    given(hpa({ behavior: { scaleDown, scaleUp: { ...scaleUp, selectPolicy: 'Disabled' } } }), web(3), ...busy)
      .when('default/web')
      .tells()
    const idle = using('1m', '1m', '1m', '1m')
    given(hpa({ behavior }), web(4), ...idle)
      .when('default/web')
      .tells(/New size: 2;/)
  })

  it('takes pods without a reading for what they should use, or nothing, and pods that are not ready for nothing', () => {
    given(hpa(), web(3), ...using('100m', '100m'), member('p9'))
      .when('default/web')
      .tells(/New size: 4;/)
    given(hpa(), web(2), ...using('100m'), member('late', { phase: 'Pending' }))
      .when('default/web')
      .tells()
  })

  it('measures averages, containers, and the largest of several metrics', () => {
    const metrics = [
      { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '5Mi' } } },
      {
        type: 'ContainerResource',
        containerResource: { name: 'cpu', container: 'main', target: { type: 'Utilization', averageUtilization: 100 } },
      },
    ]
    given(hpa({ metrics }), web(2), ...using('100m', '100m'))
      .when('default/web')
      .tells('SuccessfulRescale: New size: 4; reason: memory resource above target')
  })

  it('says what it cannot measure', () => {
    given(hpa(), web(1), member('p0'))
      .when('default/web')
      .then(
        says(
          is('AbleToScale', 'True', 'SucceededGetScale'),
          is(
            'ScalingActive',
            'False',
            'FailedGetResourceMetric',
            'the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API',
          ),
        ),
      )
      .tells(
        /^FailedGetResourceMetric: failed to get cpu utilization/,
        /^FailedComputeMetricsReplicas: invalid metrics \(1 invalid out of 1\)/,
      )
    const metrics = [
      { type: 'Pods', pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: '1' } } },
    ]
    given(hpa({ metrics }), web(1))
      .when('default/web')
      .tells(/no custom metrics API \(custom.metrics.k8s.io\) registered/, /^FailedComputeMetricsReplicas/)
    given(hpa()).when('default/web').tells('FailedGetScale: deployments.apps "web" not found')
  })

  it('says that the target could not be scaled, and tries again', () => {
    const refusal = {
      tag: 'Forbidden',
      target: { group: 'apps', resource: 'deployments', name: 'web' },
      message: 'no',
    } as const
    given(hpa(), web(2), ...using('100m', '80m'))
      .when('default/web', { refused: { verb: 'patch', resource: 'deployments', refusal } })
      .then(
        says(
          is('AbleToScale', 'False', 'FailedUpdateScale'),
          is('ScalingActive', 'True', 'ValidMetricFound'),
          is('ScalingLimited', 'False', 'DesiredWithinRange'),
        ),
        scales(4),
      )
      .tells(/^FailedRescale: New size: 4; reason: .*; error: deployments.apps "web" is forbidden: no$/)
  })
})
