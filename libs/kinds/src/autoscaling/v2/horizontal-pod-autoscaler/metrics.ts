import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { LabelSelector } from '../../../apimachinery/meta/v1/label-selector.ts'

const { int32, optional, quantity, required, string, struct } = schema
const pkg = 'io.k8s.api.autoscaling.v2'

export const MetricTarget = struct(`${pkg}.MetricTarget`, {
  averageUtilization: optional(4, int32),
  averageValue: optional(3, quantity),
  type: required(1, string),
  value: optional(2, quantity),
})
export interface MetricTarget extends TypeOf<typeof MetricTarget> {}

export const ContainerResourceMetricSource = struct(`${pkg}.ContainerResourceMetricSource`, {
  container: required(3, string),
  name: required(1, string),
  target: required(2, MetricTarget),
})
export interface ContainerResourceMetricSource extends TypeOf<typeof ContainerResourceMetricSource> {}

export const MetricValueStatus = struct(`${pkg}.MetricValueStatus`, {
  averageUtilization: optional(3, int32),
  averageValue: optional(2, quantity),
  value: optional(1, quantity),
})
export interface MetricValueStatus extends TypeOf<typeof MetricValueStatus> {}

export const ContainerResourceMetricStatus = struct(`${pkg}.ContainerResourceMetricStatus`, {
  container: required(3, string),
  current: required(2, MetricValueStatus),
  name: required(1, string),
})
export interface ContainerResourceMetricStatus extends TypeOf<typeof ContainerResourceMetricStatus> {}

export const CrossVersionObjectReference = struct(`${pkg}.CrossVersionObjectReference`, {
  apiVersion: optional(3, string),
  kind: required(1, string),
  name: required(2, string),
})
export interface CrossVersionObjectReference extends TypeOf<typeof CrossVersionObjectReference> {}

export const MetricIdentifier = struct(`${pkg}.MetricIdentifier`, {
  name: required(1, string),
  selector: optional(2, LabelSelector),
})
export interface MetricIdentifier extends TypeOf<typeof MetricIdentifier> {}

export const ExternalMetricSource = struct(`${pkg}.ExternalMetricSource`, {
  metric: required(1, MetricIdentifier),
  target: required(2, MetricTarget),
})
export interface ExternalMetricSource extends TypeOf<typeof ExternalMetricSource> {}

export const ExternalMetricStatus = struct(`${pkg}.ExternalMetricStatus`, {
  current: required(2, MetricValueStatus),
  metric: required(1, MetricIdentifier),
})
export interface ExternalMetricStatus extends TypeOf<typeof ExternalMetricStatus> {}

export const ObjectMetricSource = struct(`${pkg}.ObjectMetricSource`, {
  describedObject: required(1, CrossVersionObjectReference),
  metric: required(3, MetricIdentifier),
  target: required(2, MetricTarget),
})
export interface ObjectMetricSource extends TypeOf<typeof ObjectMetricSource> {}

export const PodsMetricSource = struct(`${pkg}.PodsMetricSource`, {
  metric: required(1, MetricIdentifier),
  target: required(2, MetricTarget),
})
export interface PodsMetricSource extends TypeOf<typeof PodsMetricSource> {}

export const ResourceMetricSource = struct(`${pkg}.ResourceMetricSource`, {
  name: required(1, string),
  target: required(2, MetricTarget),
})
export interface ResourceMetricSource extends TypeOf<typeof ResourceMetricSource> {}

export const MetricSpec = struct(`${pkg}.MetricSpec`, {
  containerResource: optional(7, ContainerResourceMetricSource),
  external: optional(5, ExternalMetricSource),
  object: optional(2, ObjectMetricSource),
  pods: optional(3, PodsMetricSource),
  resource: optional(4, ResourceMetricSource),
  type: required(1, string),
})
export interface MetricSpec extends TypeOf<typeof MetricSpec> {}

export const ObjectMetricStatus = struct(`${pkg}.ObjectMetricStatus`, {
  current: required(2, MetricValueStatus),
  describedObject: required(3, CrossVersionObjectReference),
  metric: required(1, MetricIdentifier),
})
export interface ObjectMetricStatus extends TypeOf<typeof ObjectMetricStatus> {}

export const PodsMetricStatus = struct(`${pkg}.PodsMetricStatus`, {
  current: required(2, MetricValueStatus),
  metric: required(1, MetricIdentifier),
})
export interface PodsMetricStatus extends TypeOf<typeof PodsMetricStatus> {}

export const ResourceMetricStatus = struct(`${pkg}.ResourceMetricStatus`, {
  current: required(2, MetricValueStatus),
  name: required(1, string),
})
export interface ResourceMetricStatus extends TypeOf<typeof ResourceMetricStatus> {}

export const MetricStatus = struct(`${pkg}.MetricStatus`, {
  containerResource: optional(7, ContainerResourceMetricStatus),
  external: optional(5, ExternalMetricStatus),
  object: optional(2, ObjectMetricStatus),
  pods: optional(3, PodsMetricStatus),
  resource: optional(4, ResourceMetricStatus),
  type: required(1, string),
})
export interface MetricStatus extends TypeOf<typeof MetricStatus> {}
